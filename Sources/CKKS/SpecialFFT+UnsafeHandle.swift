/// Every pointer of the encoder. Indices stay below `count`, by the loop bounds.
extension SpecialFFT {
    /// Coefficients to slots, in place.
    ///
    /// Both arrays have `count` elements.
    func forward(_ real: inout [Double], _ imaginary: inout [Double]) {
        precondition(real.count == count && imaginary.count == count)
        withPointers(&real, &imaginary) { re, im, cosines, sines in
            reverse(re, im)
            var length = 2
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
            while length >= 2 {
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
