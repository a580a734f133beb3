#if Service
    /// Tickets that wait: first come first served for each owner, owners in turn.
    ///
    /// Whoever sends a hundred requests waits for its own hundred; another owner's first is next but one at most.
    package struct FairQueue {
        private var waiting: [Principal: [Ticket]] = [:]
        private var turn: [Principal] = []
        private(set) var countByModel: [String: Int] = [:]
        private(set) var count = 0

        /// Owners of whom something waits, with this one.
        package func ownerCount(with owner: Principal) -> Int {
            waiting.count + (waiting[owner] == nil ? 1 : 0)
        }

        /// Tickets of an owner that wait.
        package func count(of owner: Principal) -> Int { waiting[owner]?.count ?? 0 }

        package mutating func append(_ ticket: Ticket) {
            if waiting[ticket.owner] == nil { turn.append(ticket.owner) }
            waiting[ticket.owner, default: []].append(ticket)
            countByModel[ticket.model, default: 0] += 1
            count += 1
        }

        /// The next ticket; its owner goes to the end of the turn.
        package mutating func popFirst() -> Ticket? {
            guard let owner = turn.first, let ticket = waiting[owner]?.removeFirst() else {
                return nil
            }
            turn.removeFirst()
            if waiting[owner]?.isEmpty == true {
                waiting[owner] = nil
            } else {
                turn.append(owner)
            }
            forget(ticket)
            return ticket
        }

        /// Takes a ticket out; false where it does not wait here.
        package mutating func remove(_ ticket: Ticket) -> Bool {
            guard let index = waiting[ticket.owner]?.firstIndex(where: { $0 === ticket }) else {
                return false
            }
            waiting[ticket.owner]?.remove(at: index)
            if waiting[ticket.owner]?.isEmpty == true {
                waiting[ticket.owner] = nil
                turn.removeAll { $0 == ticket.owner }
            }
            forget(ticket)
            return true
        }

        /// Empties the queue.
        package mutating func removeAll() -> [Ticket] {
            let all = waiting.values.flatMap(\.self)
            self = FairQueue()
            return all
        }

        private mutating func forget(_ ticket: Ticket) {
            count -= 1
            countByModel[ticket.model, default: 1] -= 1
        }
    }
#endif
