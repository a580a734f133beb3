import Inference
import Testing

struct SparseMatrixTests {
    private func random(_ rows: Int, _ columns: Int, seed: Int) -> SparseMatrix {
        var values: [Double] = []
        for index in 0..<rows * columns {
            let hash = (index + 1) * 7919 + seed * 104_729
            values.append(hash % 3 == 0 ? Double(hash % 17 - 8) / 4 : 0)
        }
        return .dense(rowCount: rows, columnCount: columns, values: values)
    }

    private func denseProduct(_ a: SparseMatrix, _ b: SparseMatrix) -> [Double] {
        var result = [Double](repeating: 0, count: a.rowCount * b.columnCount)
        let x = a.dense()
        let y = b.dense()
        for i in 0..<a.rowCount {
            for j in 0..<b.columnCount {
                for k in 0..<a.columnCount {
                    result[i * b.columnCount + j] +=
                        x[i * a.columnCount + k] * y[k * b.columnCount + j]
                }
            }
        }
        return result
    }

    @Test func compositionIsTheMatrixProduct() {
        for seed in 0..<20 {
            let a = random(5 + seed % 3, 7, seed: seed)
            let b = random(7, 4 + seed % 5, seed: seed + 100)
            let product = a.composed(after: b)
            #expect(product.dense() == denseProduct(a, b))
            #expect(product.nonzeroCount == product.dense().count { $0 != 0 })
            #expect(product.nonzeroCount <= a.compositionWork(after: b))
            let vector = (0..<b.columnCount).map { Double($0) - 1.5 }
            #expect(
                product.multiplied(by: vector) == a.multiplied(by: b.multiplied(by: vector)))
        }
    }

    @Test func sumsAndScalingsAreEntrywise() {
        let a = random(6, 6, seed: 1)
        let b = random(6, 6, seed: 2)
        #expect((a + b).dense() == zip(a.dense(), b.dense()).map { $0 + $1 })
        #expect((a + a.scaled(by: -1)).nonzeroCount == 0)
        let factors = [0, 1, 2, 3, 4, 5.0]
        let scaled = a.scalingRows(by: factors)
        for row in 0..<6 {
            for column in 0..<6 {
                #expect(scaled[row, column] == factors[row] * a[row, column])
            }
        }
    }

    @Test func specialFormsAreRecognized() {
        #expect(SparseMatrix.identity(4).isIdentity)
        #expect(!SparseMatrix.diagonal([1, 1, 2]).isIdentity)
        #expect(SparseMatrix.diagonal([1, 0, 2]).diagonalEntries == [1, 0, 2])
        #expect(SparseMatrix.selection([1, 0], columnCount: 2).diagonalEntries == nil)
        #expect(SparseMatrix.selection([1, nil, 1], columnCount: 2).isSelectionWithScale)
        #expect(
            SparseMatrix.selection([1, nil, 1], columnCount: 2).multiplied(by: [3, 5])
                == [5, 0, 5])
        #expect(
            SparseMatrix.selection([1, 2, 0], columnCount: 3).occupiedDiagonals(period: 3) == [1])
        #expect(
            SparseMatrix.identity(3).composed(after: .diagonal([1, 2, 3]))
                == .diagonal([1, 2, 3]))
    }
}
