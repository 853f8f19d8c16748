package planner

import (
	"clusterctl/internal/cluster"
	"clusterctl/internal/policy"
)

// add decides one pair. The table lists every case, including those that New leaves out
// because they are not selected. decideLog has a table of its own for log configurations.
//
// Unless a row says otherwise, prune is off, only the system types are ignored, the
// listing is verified, and one other cluster is declared and matches. A test has a case
// for each key and compares the outcome with the last column.
//
//	key  declared  live                        policy                  becomes
//	---  --------  --------------------------  ----------------------  --------------------
//	N1   no        of a system type            –                       ignored
//	N2   no        one                         ignored                 ignored
//	N3   no        one                         out of scope            ignored
//	N4   no        one                         –                       unmanaged
//	N5   no        two of one name             –                       unmanaged, unmanaged
//	N6   no        one                         prune                   delete
//	N7   no        two of one name             prune                   delete, delete
//	N8   no        one                         prune, ignored          ignored
//	N9   no        one                         prune, out of scope     ignored
//	N10  no        of a system type            prune                   ignored
//	N11  no        of a system type            prune, no type ignored  blocked
//	N12  no        one                         prune, protected        blocked
//	N13  no        with clients                prune                   blocked
//	N14  no        with services               prune                   blocked
//	N15  no        two                         prune, maxDeletes 2     delete, delete
//	N16  no        two                         prune, maxDeletes 1     blocked, blocked
//	N17  no        two, and no other           prune                   blocked, blocked
//	N18  no        two, one with clients       prune                   blocked, delete
//	N19  no        one, another is created     prune                   create, delete
//	N20  no        one                         prune, not selected     nothing
//	N21  no        two, one not selected       prune                   delete
//	N22  no        one, system one unselected  prune, no type ignored  blocked
//	N23  no        one, out-of-scope ones stay  prune, scope            delete, ignored
//	N24  no        of unknown type             –                       unmanaged
//	N25  no        of unknown type             prune                   blocked
//	N26  no        of unknown type             prune, scope by types   ignored
//	N27  no        of unknown type             prune, name ignored     ignored
//	N28  no        one, another unknown type   prune                   blocked, blocked
//	N29  no        clients unknown             prune                   blocked
//	N30  no        services unknown            prune                   blocked
//	N31  no        with a problem              –                       unmanaged
//	N32  no        with a problem              prune                   blocked
//	N33  no        without an id               prune                   blocked
//	N34  no        two of one id               prune                   blocked, blocked
//	N35  no        one, listing unverified     prune                   blocked
//	N36  no        one, unverified, trusted    prune                   delete
//	N37  no        3 of 10                     prune                   delete, delete, delete
//	N38  no        4 of 10                     prune                   blocked ×4
//	N39  no        3 of 9                      prune                   delete, delete, delete
//	N40  no        4 of 10                     prune, maxDeletes 4     delete ×4
//	N41  no        2 of 10, 2 tombstones       prune                   blocked ×4
//	N42  no        4 of 10, 1 unknown type     prune                   blocked ×5
//	N43  no        one, and a tombstone        prune, maxDeletes 1     blocked, blocked
//	N44  no        looks like another entry    prune                   blocked
//	N45  no        looks like another entry    prune, similar allowed  delete
//	N46  no        looks like a tombstone      prune                   delete, unchanged
//	N47  no        two of three                prune, maxDeletes 66%   blocked, blocked
//	N48  no        two of three                prune, maxDeletes 67%   delete, delete
//	N49  no        two of 3, 1 more of no type  prune, maxDeletes 50%   blocked, blocked, blocked
//	N50  no        one                         prune, deletes denied   denied
//	N51  no        two                         prune, denied, maxDeletes 1  blocked, blocked
//	N52  no        one                         prune, entries denied   delete
//
//	P1   present   none                        –                       create
//	P2   present   none of its id              –                       blocked
//	P3   present   none of either name         –                       create
//	P4   present   none, a system type wanted  –                       blocked
//	P5   present   none                        ignored                 blocked
//	P6   present   none                        out of scope            blocked
//	P7   present   none                        not selected            nothing
//	P8   present   one, as declared            –                       unchanged
//	P9   present   one, other fields           –                       update
//	P10  present   one, other logConfig        –                       set-log
//	P11  present   one, both                   –                       set-log, update
//	P12  present   one, other fields           protected               update
//	P13  present   one, other fields           prune                   update
//	P14  present   with clients, other fields  –                       update
//	P15  present   of another type             –                       blocked
//	P16  present   of a system type            –                       blocked
//	P17  present   of a system type            no type ignored         update
//	P18  present   one                         ignored                 blocked
//	P19  present   one                         out of scope            blocked
//	P20  present   by id, of that name         –                       unchanged
//	P21  present   by id, of another name      –                       update
//	P22  present   by id, new name taken       –                       blocked, unmanaged
//	P23  present   by id, two of its name      –                       unchanged, unmanaged
//	P24  present   by renamedFrom              –                       update
//	P25  present   by name, renamedFrom too    –                       unchanged, unmanaged
//	P26  present   by id, of another name      new name ignored        blocked
//	P27  present   by renamedFrom              new name out of scope   blocked
//	P28  present   two of its name             –                       blocked
//	P29  present   two of its renamedFrom      –                       blocked
//	P30  present   one, of two entries         –                       blocked, blocked
//	P31  present   two of its name             prune                   blocked
//	P32  present   one by id, two of its name  –                       blocked, unchanged
//	P33  present   of unknown type             –                       update
//	P34  present   of unknown type             ignored by types        update
//	P35  present   of unknown type             scope by types          blocked
//	P36  present   of unknown type             scope by names          update
//	P37  present   with a problem              –                       blocked
//	P38  present   by id, with a problem       –                       blocked
//	P39  present   without an id               –                       blocked
//	P40  present   by id, two of one id        –                       blocked, unmanaged
//	P41  present   configuration is a list     –                       blocked
//	P42  present   no JSON object              –                       blocked
//	P43  present   log config unknown          –                       blocked
//	P44  present   log config not managed      –                       update
//	P45  present   none, listing unverified    –                       blocked
//	P46  present   none, unverified, trusted   –                       create
//	P47  present   one, listing unverified     –                       set-log, update
//	P48  present   none of its id, unverified  –                       blocked
//	P49  present   none, one looks like it     –                       blocked, unmanaged
//	P50  present   none, one looks like it     prune                   blocked, blocked
//	P51  present   none, one looks like it     similar allowed         create, unmanaged
//	P52  present   none, like its renamedFrom  prune                   blocked, blocked
//	P53  present   by id, one like new name    –                       blocked, unmanaged
//	P54  present   by id, like its old name    –                       update
//	P55  present   one, another looks like it  –                       unchanged, unmanaged
//	P56  present   one, another looks like it  prune                   blocked, unchanged
//	P57  present   none, like one declared     –                       create, unchanged
//	P58  present   one, other fields           maxUpdates 1            update
//	P59  present   one, other fields           maxUpdates 0            blocked
//	P60  present   one, other logConfig        maxUpdates 0            set-log
//	P61  present   one, both                   maxUpdates 0            blocked, set-log
//	P62  present   by renamedFrom, both        maxUpdates 0            blocked
//	P63  present   none                        maxUpdates 0            create
//	P64  present   two, other fields           maxUpdates 1            blocked, blocked
//	P65  present   one of two, other fields    maxUpdates 50%          update
//	P66  present   one of two, other fields    maxUpdates 49%          blocked
//	P67  present   of unknown type             maxUpdates 50%          blocked
//	P68  present   two, one's new name taken   maxUpdates 1            blocked, unmanaged, update
//	P69  present   none                        entry denied            denied
//	P70  present   one, as declared            entry denied            denied
//	P71  present   of another type             entry denied            denied
//	P72  present   none                        creates denied          denied
//	P73  present   one, other fields           updates denied          denied
//	P74  present   one, both                   updates denied          denied, set-log
//	P75  present   one, both                   log configs denied      denied, update
//	P76  present   by renamedFrom, both        updates denied          denied
//	P77  present   two, one takes the name     one rename denied       blocked, denied
//	P78  present   two, one takes the name     one entry denied        blocked, denied
//	P79  present   two, other fields           one denied, maxUpdates 1  denied, update
//	P80  present   one, other fields           plan denied             denied, update
//	P81  present   one, other fields           updates warned about    update
//	P82  present   one, other fields           rule that cannot be evaluated  denied
//
//	A1   absent    none                        –                       unchanged
//	A2   absent    none of its id              –                       unchanged
//	A3   absent    none                        ignored                 unchanged
//	A4   absent    one                         –                       delete
//	A5   absent    by id, of another name      –                       delete
//	A6   absent    by renamedFrom              –                       delete
//	A7   absent    one                         ignored                 blocked
//	A8   absent    one                         out of scope            blocked
//	A9   absent    one                         protected               blocked
//	A10  absent    of a system type            –                       blocked
//	A11  absent    of a system type            no type ignored         blocked
//	A12  absent    with clients                –                       blocked
//	A13  absent    with services               –                       blocked
//	A14  absent    both, removeClients         –                       delete
//	A15  absent    both, removeClients         protected               blocked
//	A16  absent    one                         maxDeletes 0            blocked
//	A17  absent    one, and no other           prune                   delete
//	A18  absent    two of its name             –                       blocked
//	A19  absent    by id, of another name      new name out of scope   delete
//	A20  absent    clients unknown             –                       blocked
//	A21  absent    services unknown            –                       blocked
//	A22  absent    unknown, removeClients      –                       delete
//	A23  absent    of unknown type             –                       blocked
//	A24  absent    by id, of unknown type      –                       delete
//	A25  absent    by id, of unknown type      protected by types      blocked
//	A26  absent    by id, of unknown type      ignored by types        blocked
//	A27  absent    by id, of unknown type      scope by types          blocked
//	A28  absent    with a problem              –                       blocked
//	A29  absent    no JSON object              –                       blocked
//	A30  absent    none, listing unverified    –                       blocked
//	A31  absent    one, listing unverified     –                       blocked
//	A32  absent    one, unverified, trusted    –                       delete
//	A33  absent    none, unverified, trusted   –                       unchanged
//	A34  absent    4 of 10                     prune                   delete ×4
//	A35  absent    one, of two entries         –                       blocked, blocked
//	A36  absent    none, one looks like it     –                       unchanged, unmanaged
//	A37  absent    one                         deletes denied          denied
//	A38  absent    one                         entries denied          delete
func (b *builder) add(p pair) {
	unowned := b.unowned(p)
	switch {
	case p.desired == nil && unowned != "":
		b.find(Ignored, p, unowned)
	case p.desired == nil && b.policy.Prune:
		b.prunable = append(b.prunable, p)
	case p.desired == nil:
		b.leave(p)
	case p.isAbsent() && b.listed:
		b.unchanged++
	case unowned != "":
		b.find(Blocked, p, unowned)
	case p.blocked != "":
		b.find(Blocked, p, p.blocked)
	case p.live == nil && !b.listed:
		b.find(Blocked, p, notListed)
	case p.desired.State == cluster.Absent:
		b.remove(p)
	case p.live == nil:
		b.create(p)
	default:
		b.reconcile(p)
	}
}

// isAbsent reports whether an entry wants no cluster and there is none.
func (p pair) isAbsent() bool {
	return p.desired.State == cluster.Absent && p.live == nil && p.blocked == ""
}

// leave reports a live cluster that is not declared and stays.
func (b *builder) leave(p pair) {
	message := "not in your files"
	if p.live.Problem != "" {
		message += "; " + p.live.Problem
	}
	b.find(Unmanaged, p, message)
}

// unowned says why the files do not own a pair; it is empty if they do. Both the live and
// the new name have to be in scope: a cluster renamed out of scope could not be planned
// again.
func (b *builder) unowned(p pair) string {
	reason, remedy := b.policy.Disowned(p.name(), p.clusterType()), "remove the entry"
	if reason == "" && p.desired != nil && p.desired.State != cluster.Absent {
		if reason = b.policy.Disowned(p.desired.Name, p.clusterType()); reason != "" {
			reason, remedy = "its new name is "+reason, "choose another name"
		}
	}
	if reason == "" || p.desired == nil {
		return reason
	}
	if !policy.IsSystem(p.clusterType()) {
		remedy += ", or change the policy"
	}
	return "declared, but " + reason + "; " + remedy
}
