/// Sums of products of two values, and equations.
extension RandomGraph {
    mutating func valueProduct(_ name: String, _ x: PlainTensor) {
        let s = x.shape
        switch (s.count, integer(0, 1)) {
        case (2, 0):
            // All products of two elements.
            let other = pick(names(of: s))
            let y = tensor(other)
            node(
                "Einsum", [name, other], ["equation": .text("bi,bj->bij")],
                PlainTensor([s[0], s[1], s[1]]) { x[[$0[0], $0[1]]] * y[[$0[0], $0[2]]] })
        case (2, _):
            let weights = real([s[1], integer(1, 3)])
            node(
                "Einsum", [constant(weights), name], ["equation": .text("jk, bj -> bk")],
                x.multiplied(by: weights))
        case (3, 0):
            // Every row of the matrix times every other.
            let other = pick(names(of: s))
            let y = tensor(other)
            let flipped = PlainTensor([s[0], s[2], s[1]]) { y[[$0[0], $0[2], $0[1]]] }
            node("Transpose", [other], ["perm": .ints([0, 2, 1])], flipped)
            guard outputName != name, tensor(outputName).values == flipped.values else { return }
            node(
                "MatMul", [name, outputName], [:],
                PlainTensor([s[0], s[1], s[1]]) { c in
                    (0..<s[2]).reduce(0) { $0 + x[[c[0], c[1], $1]] * y[[c[0], c[2], $1]] }
                })
        case (3, _):
            let other = pick(names(of: s))
            let y = tensor(other)
            node(
                "Einsum", [name, other], ["equation": .text("bij,bij->bj")],
                PlainTensor([s[0], s[2]]) { c in
                    (0..<s[1]).reduce(0) { $0 + x[[c[0], $1, c[1]]] * y[[c[0], $1, c[1]]] }
                })
        default: return
        }
    }
}
