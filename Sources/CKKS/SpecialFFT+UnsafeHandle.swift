/// Every pointer of the encoder. Indices stay below `count`, by the loop bounds.
extension SpecialFFT {
    /// Coefficients to slots, in place.
    ///
    /// Both arrays have `count` elements.
    func forward(_ real: inout [Double], _ imaginary: inout [Double]) {
        precondition(real.count == count && imaginary.count == count)
        withPointers(&real, &imaginary) { re, im, cosines, sines in
            reverse(re, im)
            if count >= 2 { forwardPairs(re, im, cosines[0], sines[0]) }
            var length = 4
            while length <= count {
                let half = length / 2
                let c = cosines + (half - 1)
                let s = sines + (half - 1)
                var start = 0
                while start < count {
                    Self.forwardBlock(re + start, im + start, half, c, s)
                    start &+= length
                }
                length *= 2
            }
        }
    }

    /// Slots to coefficients times `count`, in place: the caller divides.
    func inverse(_ real: inout [Double], _ imaginary: inout [Double]) {
        precondition(real.count == count && imaginary.count == count)
        withPointers(&real, &imaginary) { re, im, cosines, sines in
            var length = count
            while length >= 4 {
                let half = length / 2
                let c = cosines + (half - 1)
                let s = sines + (half - 1)
                var start = 0
                while start < count {
                    Self.inverseBlock(re + start, im + start, half, c, s)
                    start &+= length
                }
                length /= 2
            }
            if count >= 2 { inversePairs(re, im, cosines[0], sines[0]) }
            reverse(re, im)
        }
    }

    private typealias Points = UnsafeMutablePointer<Double>
    private typealias Table = UnsafePointer<Double>

    /// One block of butterflies: (x, y) -> (x + w·y, x - w·y).
    @inline(__always)
    private static func forwardBlock(
        _ re: Points, _ im: Points, _ half: Int, _ c: Table, _ s: Table
    ) {
        for j in 0..<half {
            let yr = re[j &+ half]
            let yi = im[j &+ half]
            let vr = yr * c[j] - yi * s[j]
            let vi = yr * s[j] + yi * c[j]
            let ur = re[j]
            let ui = im[j]
            re[j] = ur + vr
            im[j] = ui + vi
            re[j &+ half] = ur - vr
            im[j &+ half] = ui - vi
        }
    }

    /// One block of inverse butterflies: (x, y) -> (x + y, (x - y)·conj(w)).
    @inline(__always)
    private static func inverseBlock(
        _ re: Points, _ im: Points, _ half: Int, _ c: Table, _ s: Table
    ) {
        for j in 0..<half {
            let ur = re[j]
            let ui = im[j]
            let yr = re[j &+ half]
            let yi = im[j &+ half]
            re[j] = ur + yr
            im[j] = ui + yi
            let dr = ur - yr
            let di = ui - yi
            re[j &+ half] = dr * c[j] + di * s[j]
            im[j &+ half] = di * c[j] - dr * s[j]
        }
    }

    /// The blocks of two, in one loop.
    private func forwardPairs(_ re: Points, _ im: Points, _ c: Double, _ s: Double) {
        for i in stride(from: 0, to: count, by: 2) {
            let vr = re[i &+ 1] * c - im[i &+ 1] * s
            let vi = re[i &+ 1] * s + im[i &+ 1] * c
            re[i &+ 1] = re[i] - vr
            im[i &+ 1] = im[i] - vi
            re[i] += vr
            im[i] += vi
        }
    }

    /// The inverse of the blocks of two.
    private func inversePairs(_ re: Points, _ im: Points, _ c: Double, _ s: Double) {
        for i in stride(from: 0, to: count, by: 2) {
            let dr = re[i] - re[i &+ 1]
            let di = im[i] - im[i &+ 1]
            re[i] += re[i &+ 1]
            im[i] += im[i &+ 1]
            re[i &+ 1] = dr * c + di * s
            im[i &+ 1] = di * c - dr * s
        }
    }

    private func reverse(_ re: Points, _ im: Points) {
        swaps.withUnsafeBufferPointer { pairs in
            for (first, second) in pairs {
                let i = Int(first)
                let j = Int(second)
                (re[i], re[j]) = (re[j], re[i])
                (im[i], im[j]) = (im[j], im[i])
            }
        }
    }

    private func withPointers(
        _ real: inout [Double], _ imaginary: inout [Double],
        _ body: (Points, Points, Table, Table) -> Void
    ) {
        real.withUnsafeMutableBufferPointer { re in
            imaginary.withUnsafeMutableBufferPointer { im in
                cosines.withUnsafeBufferPointer { c in
                    sines.withUnsafeBufferPointer { s in
                        guard let re = re.baseAddress, let im = im.baseAddress,
                            let c = c.baseAddress, let s = s.baseAddress
                        else { return }
                        body(re, im, c, s)
                    }
                }
            }
        }
    }
}

/// One pass over the coefficients instead of several arrays.
extension ExactDouble {
    /// Multiplies the halves by a factor into one array; also tells the largest magnitude, which
    /// is infinite when a product is not a number.
    static func scaled(_ low: [Double], _ high: [Double], by factor: Double) -> (
        values: [Double], largest: Double
    ) {
        var largest = 0.0
        var isNumber = true
        let half = low.count
        let values = [Double](unsafeUninitializedCapacity: half + high.count) { out, count in
            for (place, value) in low.enumerated() {
                let product = value * factor
                out[place] = product
                largest = Swift.max(largest, abs(product))
                isNumber = isNumber && product == product
            }
            for (place, value) in high.enumerated() {
                let product = value * factor
                out[half &+ place] = product
                largest = Swift.max(largest, abs(product))
                isNumber = isNumber && product == product
            }
            count = half + high.count
        }
        return (values, isNumber ? largest : .infinity)
    }
}
