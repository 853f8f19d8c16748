#!/usr/bin/env bash
# Completes lines in real shells, with the scripts that clusterctl prints: in bash,
# and in zsh and fish if they are installed. The first wrong answer ends the run with
# exit code 1. Needs Go and bash. Works in a temporary directory, which it removes.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
GOTMPDIR=$tmp go build -buildvcs=false -o "$tmp/bin/clusterctl" ./cmd/clusterctl
export PATH=$tmp/bin:$PATH HOME=$tmp/home XDG_CONFIG_HOME=$tmp/home/.config
mkdir -p "$tmp/files/plans" "$HOME/.config/fish"
cd "$tmp/files"
printf '{}\n' >plan.json
cat >clusters.yaml <<'YAML'
version: 1
clusters:
  - name: va-austin
  - name: va-boston
  - name: Oslo $(touch harmed) site
  - name: "it's; touch harmed"
YAML
cat >other.yaml <<'YAML'
version: 1
clusters:
  - name: db-1
YAML

# expect SHELL LINE WORDS… checks what a shell offers for a line, one word per line.
expect() {
	local shell=$1 line=$2 want got
	shift 2
	want=$(printf '%s\n' "$@" | sort)
	got=$("complete_in_$shell" "$line" | sort)
	if [ "$got" != "$want" ] || [ -e harmed ]; then
		printf '%s, %s: offers\n%s\nand not\n%s\n' "$shell" "$line" "$got" "$want" >&2
		exit 1
	fi
	printf 'ok  %-5s %s\n' "$shell" "$line"
}

# complete_in_bash splits a line as readline does, and prints what readline would get.
complete_in_bash() {
	# shellcheck disable=SC2016 # for the other bash
	bash --norc -c '
		source <(clusterctl completion bash)
		compopt() { :; } # only readline needs it
		line=$1
		read -ra COMP_WORDS <<<"${line//=/ = }"
		[[ $line != *" " ]] || COMP_WORDS+=("")
		COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
		_clusterctl clusterctl
		printf "%s\n" "${COMPREPLY[@]}"' bash "$1"
}

# shellcheck disable=SC2016 # for fish
complete_in_fish() { fish --no-config -c 'source (clusterctl completion fish | psub); complete -C $argv[1]' "$1" | cut -f 1; }

# complete_in_zsh replaces compadd, which would draw its words on the terminal.
complete_in_zsh() {
	# shellcheck disable=SC2016 # for zsh
	zsh -f -c '
		compdef() { :; }
		source <(clusterctl completion zsh)
		compadd() { print -rl -- "${values[@]}"; }
		compset() { PREFIX=${PREFIX#${~2}}; }
		_files() { local -a found; found=("$PREFIX"*(N)); [[ $1 != -/ ]] || found=("$PREFIX"*(/N)); print -rl -- "${(@)found}"; }
		words=("${(@Q)${(z)1}}"); [[ $1 != *" " ]] || words+=("")
		CURRENT=$#words PREFIX=$words[-1]
		_clusterctl || :' zsh "$1"
}

# shellcheck disable=SC2016 # nobody is to run it
hostile=('Oslo $(touch harmed) site' "it's; touch harmed")
for shell in bash zsh fish; do
	if ! command -v "$shell" >/dev/null; then
		printf 'no %s here\n' "$shell"
		continue
	fi
	expect "$shell" 'clusterctl dri' drift
	expect "$shell" 'clusterctl plan --detailed' --detailed-exitcode
	expect "$shell" 'clusterctl schema --of ' files plan project receipt
	expect "$shell" 'clusterctl apply --on-error s' stop
	expect "$shell" 'clusterctl plan --target va-' va-austin va-boston
	expect "$shell" 'clusterctl plan -f other.yaml --target ' db-1
	expect "$shell" 'clusterctl completion f' fish
done
expect bash 'clusterctl plan --color=a' always auto
expect bash 'clusterctl show pl' plan.json plans
expect bash 'clusterctl plan --output markdown=pl' plan.json plans
expect bash 'clusterctl plan --sandbox ' plans
expect bash 'clusterctl plan --target Os' 'Oslo\ \$\(touch\ harmed\)\ site'
expect bash 'clusterctl plan --target it' "it\\'s\\;\\ touch\\ harmed"
expect bash 'clusterctl plan --target "Os' ''
if command -v zsh >/dev/null; then
	expect zsh 'clusterctl plan --color=a' --color=always --color=auto
	expect zsh 'clusterctl show pl' plan.json plans
	expect zsh 'clusterctl plan --output markdown=pl' plan.json plans
	expect zsh 'clusterctl plan --sandbox ' plans
	expect zsh 'clusterctl plan --target ' va-austin va-boston "${hostile[@]}"
fi
if command -v fish >/dev/null; then
	expect fish 'clusterctl plan --color=a' --color=always --color=auto
	expect fish 'clusterctl show pl' plan.json plans/
	expect fish 'clusterctl plan --output markdown=pl' markdown=plan.json markdown=plans/
	expect fish 'clusterctl plan --sandbox ' plans/
	expect fish 'clusterctl plan --target ' va-austin va-boston "${hostile[@]}"
fi
