#!/bin/sh
# Prints how readable the documentation is: words, words per sentence, and the share
# of sentences in the passive voice. Code, tables and comments are not counted.
#
#   scripts/readability.sh            the pages as they are
#   scripts/readability.sh REVISION   the pages of a commit
#
# A passive is a form of "be" or "get" and, at most two words later, a past participle: a
# word in -ed or one of the usual irregular ones. Adjectives in -ed count as well, so compare
# figures of two revisions rather than trust one.
set -eu
cd "$(dirname "$0")/.."
revision=${1:-}

pages() {
	if [ -n "$revision" ]; then
		git ls-tree -r --name-only "$revision"
	else
		git ls-files --cached --others --exclude-standard
	fi | grep -E '^(README|CONTRIBUTING|SECURITY)\.md$|^docs/.*\.md$'
}

page() {
	if [ -n "$revision" ]; then git show "$revision:$1"; else cat "$1"; fi
}

pages | sort | while read -r name; do
	if [ -z "$revision" ] && [ ! -e "$name" ]; then continue; fi
	# shellcheck disable=SC2016 # backquotes of Markdown
	page "$name" | awk -v name="$name" '
		function finish() {
			if (text != "") print text
			text = ""
		}
		# Paragraphs, items and headings, each on one line, without code, tables and comments.
		/^ *```/ { finish(); code = !code; next }
		code { next }
		/<!--/ { finish(); comment = 1 }
		comment { if (/-->/) comment = 0; next }
		/^ *\|/ || /^#/ || /^ *$/ { finish(); next }
		/^ *([-*]|[0-9]+\.) / { finish(); sub(/^ *([-*]|[0-9]+\.) /, "") }
		{ text = text " " $0 }
		END { finish() }
	' | sed -e 's/`[^`]*`/code/g' -e 's/\[\([^]]*\)\]([^)]*)/\1/g' -e 's/[*_]//g' | awk -v name="$name" '
		BEGIN {
			split("am is are was were be been being get gets got", list, " ")
			for (i in list) be[list[i]] = 1
			irregular = "begun bound bought broken brought built cut done drawn driven found forgotten given gone held hidden kept known laid " \
				"left lost made meant met paid put read run said seen sent set shown spent stood struck taken thought thrown told understood won written"
			split(irregular, list, " ")
			for (i in list) participle[list[i]] = 1
		}
		function sentence(s,    n, i, j, w, passive) {
			gsub(/[^A-Za-z0-9\047-]+/, " ", s)
			n = split(tolower(s), w, " ")
			if (n < 3) return
			words += n
			sentences++
			for (i = 1; i < n && !passive; i++)
				if (w[i] in be)
					for (j = i + 1; j <= i + 3 && j <= n; j++)
						if (w[j] in participle || w[j] ~ /[^e]ed$/) passive = 1
			passives += passive
		}
		{
			rest = $0
			while (match(rest, /[.!?]+([)"\047]*)( |$)/)) {
				sentence(substr(rest, 1, RSTART))
				rest = substr(rest, RSTART + RLENGTH)
			}
			sentence(rest)
		}
		END { printf "%s\t%d\t%d\t%d\n", name, words, sentences, passives }
	'
done | awk -F '\t' '
	function row(name, w, s, p) {
		printf "%-45s %7d %9d %15.1f %7.0f %%\n", name, w, s, s ? w / s : 0, s ? 100 * p / s : 0
	}
	BEGIN { printf "%-45s %7s %9s %15s %9s\n", "page", "words", "sentences", "words/sentence", "passive" }
	{ row($1, $2, $3, $4); w += $2; s += $3; p += $4 }
	END { row("all", w, s, p) }
'
