import Foundation
import Tacit
import Testing

@Suite("The batch job")
struct BatchJobTests {
    private func job(
        _ rows: String, in folder: URL, _ more: String...
    ) throws -> (code: Int32, output: String) {
        let files = ["breast_cancer.onnx", "calibration.csv"].map {
            Example.model("breast_cancer", $0)
        }
        return try Example.run("BatchJob", files + [rows, "result.csv"] + more, in: folder)
    }

    /// The model's rows three times over, with an identifier in the last column.
    private func numberedRows() throws -> String {
        let lines = try String(
            contentsOfFile: Example.model("breast_cancer", "test.csv"), encoding: .utf8
        ).split(separator: "\n")
        let numbered = (0..<3).flatMap { _ in lines.dropFirst() }.enumerated()
        return lines[0] + ",patient\n" + numbered.map { "\($1),P\($0)\n" }.joined()
    }

    /// The classes of the clear model.
    private func clearLabels() throws -> [String] {
        let file = URL(filePath: Example.model("breast_cancer", "breast_cancer.onnx"))
        let table = try RowTable.read(path: Example.model("breast_cancer", "test.csv"))
        let rows = (0..<table.rowCount).map { Array(table.row($0)) }
        let column = try Model(onnx: file).clearPrediction(rows).table().columns[0]
        guard case .labels(let labels) = column.entries else { return [] }
        return labels
    }

    @Test("429 rows in two requests get the clear model's classes, each beside its identifier")
    func classes() throws {
        let text = try Example.inFolder { folder in
            try numberedRows().write(
                to: folder.appending(path: "rows.csv"), atomically: true, encoding: .utf8)
            let (code, output) = try job("rows.csv", in: folder, "patient")
            #expect(code == 0, "\(output)")
            #expect(output.hasPrefix("429 rows"))
            return try String(contentsOf: folder.appending(path: "result.csv"), encoding: .utf8)
        }
        let result = text.split(separator: "\n").map { $0.split(separator: ",").map(String.init) }
        try #require(result.count == 430)
        #expect(result[0].prefix(2) == ["patient", "output_label"])
        let labels = try clearLabels()
        try #require(labels.count == 143)
        for (index, row) in result.dropFirst().enumerated() {
            #expect(row[0] == "P\(index)")
            #expect(row[1] == labels[index % 143], "row \(index)")
        }
    }

    @Test("rows of the wrong width and missing arguments are refused, and no result is written")
    func refused() throws {
        try Example.inFolder { folder in
            let digits = try job(Example.model("digits", "test.csv"), in: folder)
            #expect(digits.code == 65)
            #expect(digits.output.contains("64 columns"))
            #expect(try Example.run("BatchJob", [], in: folder).code == 64)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
        }
    }
}
