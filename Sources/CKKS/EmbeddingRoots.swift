import RealModule

/// The roots of the canonical embedding: coefficients of a real polynomial of degree below N to its
/// values at the N/2 roots exp(i·π·5^j/N), and back.
///
/// Both directions are a transform of N/2 complex points, after "Bootstrapping for Approximate
/// Homomorphic Encryption" (Cheon, Han, Kim, Kim, Song, eprint 2018/153, Algorithm 1): point j of
/// the input is c_j + i·c_{j+N/2}, and rotating the slots is the Galois map X -> X^5.
struct EmbeddingRoots {
    /// exp(2·π·i·(5^j mod 4·len)/(4·len)) for j < len/2, one run after another for len = 2, 4, …,
    /// count; the run of len begins at len/2 - 1.
    let cosines: [Double]
    let sines: [Double]

    /// Roots for `count` complex points, N/2: a power of two, at least 2.
    init(count: Int) {
        var cosines: [Double] = []
        var sines: [Double] = []
        cosines.reserveCapacity(count)
        sines.reserveCapacity(count)
        var length = 2
        while length <= count {
            let period = 4 * length
            var power = 1
            for _ in 0..<(length / 2) {
                let (cosine, sine) = Self.unitRoot(power, of: period)
                cosines.append(cosine)
                sines.append(sine)
                power = power * 5 % period
            }
            length *= 2
        }
        self.cosines = cosines
        self.sines = sines
    }

    /// cos and sin of 2·π·k/period.
    ///
    /// The angle is first brought into the first octant, where both are exact to
    /// half a unit in the last place or little more. `period` is a multiple of 8.
    private static func unitRoot(_ k: Int, of period: Int) -> (Double, Double) {
        let eighth = period / 8
        let octant = k / eighth
        let within = k % eighth
        let angle = Double.pi / 4
        func point(_ numerator: Int) -> (Double, Double) {
            let phase = angle * Double(numerator) / Double(eighth)
            return (Double.cos(phase), Double.sin(phase))
        }
        let (c, s) = octant % 2 == 0 ? point(within) : point(eighth - within)
        switch octant {
        case 0: return (c, s)
        case 1: return (s, c)
        case 2: return (-s, c)
        case 3: return (-c, s)
        case 4: return (-c, -s)
        case 5: return (-s, -c)
        case 6: return (s, -c)
        default: return (c, -s)
        }
    }
}
