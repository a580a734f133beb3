import CGMP

/// A residue modulo m^2 in the form that products take.
///
/// Good for the `SquareModulus` that made it and for others of the same m and engine.
package struct RingElement: Sendable {
    let array: LimbArray
    let index: Int
}

extension SquareModulus {
    /// The element of a natural number, of any size.
    package func element(_ value: SecretNatural) -> RingElement {
        let array = makeElements(count: 1)
        load(value, into: array, at: 0)
        return RingElement(array: array, index: 0)
    }

    /// The element of a public value in `0 ..< m^2`.
    package func element(public value: BigInt) -> RingElement {
        let array = makeElements(count: 1)
        load(public: value, into: array, at: 0)
        return RingElement(array: array, index: 0)
    }

    /// The elements of an array, one by one.
    func elements(of array: LimbArray, count: Int) -> [RingElement] {
        (0..<count).map { RingElement(array: array, index: $0) }
    }

    /// `x y`, of a sequence of operations that depends on the size of m alone.
    package func product(_ x: RingElement, _ y: RingElement) -> RingElement {
        let array = makeElements(count: 1)
        multiply(array[0], x.array[x.index], y.array[y.index], makeScratch())
        return RingElement(array: array, index: 0)
    }

    /// The value in `0 ..< m^2` of an element.
    package func value(_ x: RingElement) -> SecretNatural {
        joined(plainHalves(x))
    }

    /// The value of `x (1 + k m)` for a k below m of as many limbs: as cheap as the value of x, since the factor's halves are
    /// 1 and k.
    package func value(_ x: RingElement, timesOnePlus k: SecretNatural) -> SecretNatural {
        joined(plainHalves(x, timesOnePlus: k))
    }

    /// The value of an element modulo m alone.
    package func residue(_ x: RingElement) -> SecretNatural {
        let halves = plainHalves(x)
        return SecretNatural(copying: halves[0], limbCount: limbCount + 1).mod(number)
    }

    /// The halves of the value of `x (1 + k m)`, of one limb more than m each.
    ///
    /// `low + high m` with both below 5m; k is 0 if it is not given. A factor that is not in Montgomery form takes x out of it.
    func plainHalves(_ x: RingElement, timesOnePlus k: SecretNatural? = nil) -> LimbArray {
        let plain = makeElements(count: 1)
        let one = LimbArray(count: 2, stride: limbCount)
        one[0][0] = 1
        writePlain(low: one[0], high: k?.limbs[0] ?? one[1], to: plain, at: 0)
        multiply(plain[0], x.array[x.index], plain[0], makeScratch())
        return readPlain(plain[0])
    }

    /// The upper half of the value of an element, below m.
    package func upperHalf(_ x: RingElement) -> SecretNatural {
        let halves = plainHalves(x)
        reduce(halves)
        return SecretNatural(copying: halves[1], limbCount: limbCount)
    }

    /// The halves of a value, below m both and one after the other, of twice m's limbs.
    package func halves(_ x: RingElement, timesOnePlus k: SecretNatural) -> SecretNatural {
        let halves = plainHalves(x, timesOnePlus: k)
        reduce(halves)
        let result = SecretNatural(limbCount: 2 * limbCount)
        result.limbs[0].update(from: halves[0], count: limbCount)
        (result.limbs[0] + limbCount).update(from: halves[1], count: limbCount)
        return result
    }

    private func reduce(_ halves: LimbArray) {
        let room = LimbArray(count: 1, stride: limbCount + 2)
        withUnsafePointer(to: divisor) { tacit_sec_reduce_halves(halves[0], $0, room[0]) }
    }

    private func joined(_ halves: LimbArray) -> SecretNatural {
        reduce(halves)
        let result = SecretNatural(limbCount: 2 * limbCount)
        let room = LimbArray(count: 1, stride: tacit_sec_times_room(limbCount, limbCount))
        withUnsafePointer(to: divisor) {
            tacit_sec_join(result.limbs[0], halves[0], halves[1], $0, room[0])
        }
        return result
    }
}
