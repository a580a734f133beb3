import Secrets

/// The one look at secret bytes in this module.
extension SecretBytes {
    /// Whether every byte is -1, 0 or 1 as a signed number, in time that depends on the count
    /// alone.
    var isTernary: Bool {
        withUnsafeBytes { bytes in
            var outside: UInt16 = 0
            for byte in bytes {
                // 2 - (byte + 1) borrows exactly for the bytes 2...254.
                outside |= (2 &- UInt16(byte &+ 1)) >> 15
            }
            return outside == 0
        }
    }
}
