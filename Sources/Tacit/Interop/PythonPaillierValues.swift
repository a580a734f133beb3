import BigNum
import Paillier
public import Secrets

extension PythonPaillier {
    /// The exponent that python-paillier's own command gives to numbers: multiples of 2^-128.
    public static let usualExponent = -32

    /// Numbers encrypted to a public key of python-paillier, as its JSON.
    ///
    /// All get one exponent, whatever their magnitudes, so that these do not show; they are rounded to multiples of
    /// 16^exponent. With -269 every `Double` stays exact, under moduli of 3072 bits and more.
    ///
    /// - Parameters:
    ///   - values: Finite numbers.
    ///   - exponent: The power of 16 that they are rounded to multiples of.
    ///   - publicKey: The JSON of the public key.
    ///   - accepting112BitSecurity: Must be true for a modulus of 2048 bits.
    /// - Throws: `TacitError` for another file, `PaillierError` for an unsound key, an exponent outside -512...512, or a
    ///   number that is not finite or too large.
    public static func encrypt(
        _ values: [Double], exponent: Int = usualExponent, publicKey: [UInt8],
        accepting112BitSecurity: Bool = false
    ) throws -> [UInt8] {
        let key = try self.publicKey(
            json: publicKey, accepting112BitSecurity: accepting112BitSecurity)
        let integers = try PaillierHexNumber.encode(values, exponent: exponent)
        return try json(
            of: PaillierEncryptor(key).encrypt(integers).map {
                try PaillierHexNumber($0, exponent: exponent)
            })
    }
}

extension KeyRing {
    /// The numbers in python-paillier's JSON, as decimal text.
    ///
    /// Integers, which have exponents of 0 and more, are written in full, others as the nearest `Double`.
    ///
    /// - Throws: `TacitError` for another file, or naming the number that is refused or does not belong to the key;
    ///   `SecretsError` for a wrong passphrase.
    public func decryptPythonPaillier(
        _ name: String, numbers json: [UInt8], passphrase: borrowing Passphrase
    ) throws -> [String] {
        let key = try paillierKey(name, passphrase: passphrase)
        let numbers = try PythonPaillier.numbers(json: json, key: key.publicKey)
        return zip(numbers, try key.decrypt(numbers.map(\.ciphertext))).map { number, integer in
            number.exponent >= 0
                ? (integer << (4 * number.exponent)).description
                : "\(PaillierHexNumber.decode(integer, exponent: number.exponent))"
        }
    }
}
