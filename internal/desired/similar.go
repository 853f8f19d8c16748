package desired

import (
	"clusterctl/internal/cluster"
	"clusterctl/internal/escape"
)

// noteSimilar notes a name that looks like one before it.
func (l *loader) noteSimilar(n named) {
	fold := cluster.Fold(n.name)
	other, ok := l.folds[fold]
	switch {
	case !ok:
		l.folds[fold] = n
	case other.name != n.name:
		l.similar = append(l.similar, similarity{n, other})
	}
}

// checkSimilar warns about names that look alike, unless the policy allows
// them. Both are shown in ASCII, because they look alike.
func (l *loader) checkSimilar() {
	if l.state.Policy.AllowSimilarNames {
		return
	}
	for _, s := range l.similar {
		s.name.at.warn(codeSimilarName,
			"name "+escape.QuoteASCII(s.name.name)+" looks like "+escape.QuoteASCII(s.other.name),
			"declared at "+s.other.at.String()+"; rename one, or set policy.allowSimilarNames")
	}
}
