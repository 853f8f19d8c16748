#compdef clusterctl
# Completes clusterctl in zsh: save it as _clusterctl in a directory of $fpath, or
#
#   source <(clusterctl completion zsh)      # after compinit

_clusterctl() {
	local -a asked lines values shown
	local line value directive none=1
	asked=("${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}")
	lines=("${(@f)$(${(Q)words[1]} __complete -- "${(@)asked}" 2>/dev/null)}")
	directive=$lines[1]
	case $directive in
	:files*)
		compset -P "${(b)${directive#:files}# }"
		_files && none=0
		;;
	:directories*)
		compset -P "${(b)${directive#:directories}# }"
		_files -/ && none=0
		;;
	esac
	for line in "${(@)lines[2,-1]}"; do
		value=${line%%$'\t'*}
		values+=("$value")
		if [[ $line == *$'\t'* ]]; then
			shown+=("$value -- ${line#*$'\t'}")
		else
			shown+=("$value")
		fi
	done
	(( $#values )) && compadd -l -d shown -a values && none=0
	return none
}

if [[ $funcstack[1] == _clusterctl ]]; then
	_clusterctl "$@"
else
	compdef _clusterctl clusterctl
fi
