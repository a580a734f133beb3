/// The evaluation keys a program needs, each at the highest level it is used at.
public struct KeyRequirements: Sendable, Hashable, Codable {
    /// One Galois key.
    public struct Rotation: Sendable, Hashable, Codable, Comparable {
        /// Slots to rotate left by, in `1..<slotCount`.
        public let amount: Int
        /// Highest level of use.
        public let level: Int

        /// By amount.
        public static func < (left: Rotation, right: Rotation) -> Bool {
            left.amount < right.amount
        }
    }

    /// Rotations, by ascending amount.
    public let rotations: [Rotation]
    /// Highest level of a relinearization, or nil when there is none.
    public let relinearizationLevel: Int?
    /// Highest level of a conjugation, or nil when there is none.
    public let conjugationLevel: Int?
    /// Level of the public key that re-randomizes responses.
    public let responseLevel: Int

    /// Number of key-switching keys.
    public var keySwitchingKeyCount: Int {
        rotations.count + (relinearizationLevel == nil ? 0 : 1) + (conjugationLevel == nil ? 0 : 1)
    }
}
