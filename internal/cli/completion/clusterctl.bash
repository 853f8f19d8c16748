# Completes clusterctl in bash 3.2 and later:
#
#   source <(clusterctl completion bash)

_clusterctl() {
	local word words=() glued='' answer directive value quote='' rest
	COMPREPLY=()

	# Readline splits words at = and :, which are part of words here.
	for word in "${COMP_WORDS[@]:1:COMP_CWORD}"; do
		case $word in
		= | :) glued=yes ;;
		*) [ -n "$glued" ] || words+=('') && glued='' ;;
		esac
		[ ${#words[@]} -gt 0 ] || words+=('')
		words[${#words[@]} - 1]+=$word
	done
	word=${words[${#words[@]} - 1]}
	case $word in
	[\"\']*) quote=${word:0:1} word=${word:1} ;;
	esac
	words[${#words[@]} - 1]=$word

	answer=$("$1" __complete -- "${words[@]}" 2>/dev/null) || return 0
	directive=${answer%%$'\n'*}

	# Readline replaces only the part of the word after the last = or :.
	rest=$word
	case $COMP_WORDBREAKS in
	*[=:]*) rest=${word##*[=:]} ;;
	esac
	local kept=${word%"$rest"}

	case $directive in
	:files*)
		compopt -o filenames 2>/dev/null
		while IFS= read -r value; do COMPREPLY+=("$value"); done < <(compgen -f -- "$rest")
		return
		;;
	:directories*)
		compopt -o filenames 2>/dev/null
		while IFS= read -r value; do COMPREPLY+=("$value"); done < <(compgen -d -- "$rest")
		return
		;;
	esac
	while IFS=$'\t' read -r value _; do
		value=${value#"$kept"}
		if [ -z "$quote" ]; then
			printf -v value %q "$value"
		elif [[ $value == *[!A-Za-z0-9\ ._@%+,/:=-]* ]]; then
			continue # quotes might change it
		fi
		COMPREPLY+=("$value")
	done < <(tail -n +2 <<<"$answer")
}

complete -F _clusterctl clusterctl
