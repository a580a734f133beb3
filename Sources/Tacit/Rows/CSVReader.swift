/// Turns CSV bytes into a table.
struct CSVReader {
    let bytes: [UInt8]
    let file: String
    let options: RowReadingOptions
    private var marks: DecimalMarks
    private var values: [Double] = []
    private var aside: [[String]] = []

    private init(
        _ bytes: [UInt8], file: String, options: RowReadingOptions, delimiter: CSVDelimiterByte
    ) {
        self.bytes = bytes
        self.file = file
        self.options = options
        self.marks = DecimalMarks(rule: options.decimalMark, delimiter: delimiter)
    }

    /// Reads a whole table, or throws the first thing that is wrong with it.
    static func read(
        _ bytes: [UInt8], file: String, options: RowReadingOptions
    ) throws(RowsError) -> RowTable {
        try refuseOtherEncodings(bytes, file: file)
        let delimiter = CSVDelimiterByte.detect(
            bytes,
            expectedColumns: options.expected.map { $0.count + options.columnsKeptAside.count })
        var reader = CSVReader(bytes, file: file, options: options, delimiter: delimiter)
        return try reader.table(delimiter: delimiter)
    }

    private mutating func table(delimiter: CSVDelimiterByte) throws(RowsError) -> RowTable {
        var records = CSVRecords(bytes)
        var plan: ColumnPlan?
        var blankLine: Int?
        while let record = records.next() {
            if isBlank(record.range) {
                blankLine = blankLine ?? record.line
                continue
            }
            if let line = blankLine { throw .blankLine(file: file, line: line) }
            let cells = try CSVCells.cut(bytes, record, delimiter: delimiter, file: file)
            if let plan {
                try add(cells, plan: plan, line: record.line)
            } else {
                let header = try headerNames(
                    cells, line: record.line, isAlone: isLast(records))
                let made = try ColumnPlan.make(
                    header: header, width: cells.ranges.count, options: options, file: file)
                aside = Array(repeating: [], count: made.aside.count)
                plan = made
                if header == nil { try add(cells, plan: made, line: record.line) }
            }
        }
        guard let plan, !values.isEmpty else { throw .noRows(file: file) }
        try marks.finish(file: file)
        return try RowTable(
            values: values, columnCount: plan.cells.count, columnNames: plan.names,
            aside: Dictionary(uniqueKeysWithValues: zip(plan.aside.map(\.name), aside)),
            source: file)
    }

    private mutating func add(_ cells: CSVCells, plan: ColumnPlan, line: Int) throws(RowsError) {
        guard cells.ranges.count == plan.width else {
            throw .raggedRow(
                file: file, line: line, expected: plan.width, found: cells.ranges.count)
        }
        guard values.count + plan.cells.count <= options.maximumValues else {
            throw .tooManyValues(file: file, limit: options.maximumValues)
        }
        for (feature, cell) in plan.cells.enumerated() {
            let place = CellPlace(
                file: file, line: line, column: cell + 1, name: plan.names?[feature])
            switch DecimalNumber.parse(cells.buffer, cells.ranges[cell]) {
            case .success(let number):
                if number.mark != .none { try marks.note(number, at: place) }
                values.append(number.value)
            case .failure(let failure):
                guard failure.isUTF8 else { throw .notUTF8(file: file, line: line) }
                throw place.error(failure.problem)
            }
        }
        for (index, column) in plan.aside.enumerated() {
            guard let text = cells.text(column.cell) else {
                throw .notUTF8(file: file, line: line)
            }
            aside[index].append(text)
        }
    }

    private func isBlank(_ range: Range<Int>) -> Bool {
        bytes[range].allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == 0x0B || $0 == 0x0C }
    }

    /// Whether only blank lines follow.
    private func isLast(_ records: CSVRecords) -> Bool {
        var rest = records
        while let record = rest.next() {
            if !isBlank(record.range) { return false }
        }
        return true
    }

    /// The names in the first row where it is a header, nil where it is data.
    ///
    /// A row of text is a header. A row that mixes numbers and text is one only when the numbers are the names that a
    /// program gives (0, 1, 2, …, none left out); otherwise it may be a damaged row, which must not vanish. These numbers
    /// alone may be names or a row, which the caller has to say.
    private func headerNames(
        _ cells: CSVCells, line: Int, isAlone: Bool
    ) throws(RowsError) -> [String]? {
        if options.header == .absent { return nil }
        if options.header == .detect {
            var numbers: [DecimalNumber] = []
            var firstText: Int?
            for (index, range) in cells.ranges.enumerated() {
                switch DecimalNumber.parse(cells.buffer, range) {
                case .success(let number): numbers.append(number)
                case .failure(let failure):
                    guard failure.isUTF8 else { throw .notUTF8(file: file, line: line) }
                    switch failure.problem {
                    case .empty, .notFinite, .tooLarge: break
                    default: firstText = firstText ?? index
                    }
                }
            }
            let areNames = numbers.enumerated().allSatisfy {
                $1.isInteger && $1.value == Double($0)
            }
            guard let firstText else {
                if areNames, !isAlone, numbers.count > 1, numbers.count == cells.ranges.count {
                    throw .numberedHeader(file: file)
                }
                return nil
            }
            guard areNames else {
                throw .unclearHeader(file: file, column: firstText + 1)
            }
        }
        var names: [String] = []
        for index in cells.ranges.indices {
            guard let name = cells.text(index) else { throw .notUTF8(file: file, line: line) }
            names.append(name)
        }
        return names
    }

    private static func refuseOtherEncodings(_ bytes: [UInt8], file: String) throws(RowsError) {
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
            throw .notText(file: file, reason: "it is UTF-16; save the table as CSV in UTF-8")
        }
        if bytes.prefix(4096).contains(0) {
            throw .notText(file: file, reason: "it has zero bytes; rows are read from CSV or .npy")
        }
    }
}

/// Where a cell stands, for errors.
struct CellPlace {
    let file: String
    let line: Int
    let column: Int
    let name: String?

    func error(_ problem: CellProblem) -> RowsError {
        .cell(file: file, line: line, column: column, name: name, problem: problem)
    }
}

/// Keeps watch over decimal points and commas, so that no number is read in two ways.
struct DecimalMarks {
    let rule: RowReadingOptions.DecimalMark
    let delimiter: CSVDelimiterByte
    private var firstPoint: Int?
    private var firstComma: Int?
    private var doubtful: CellPlace?
    private var isSettled = false

    init(rule: RowReadingOptions.DecimalMark, delimiter: CSVDelimiterByte) {
        self.rule = rule
        self.delimiter = delimiter
    }

    /// Takes note of one number with a mark.
    mutating func note(_ number: DecimalNumber, at place: CellPlace) throws(RowsError) {
        if number.mark == .point {
            if rule == .comma { throw place.error(.text(hint: "it has a point")) }
            if let line = firstComma {
                throw place.error(.mixedDecimalMarks(otherLine: line))
            }
            firstPoint = firstPoint ?? place.line
            return
        }
        if rule == .point { throw place.error(.text(hint: "it has a comma")) }
        if let line = firstPoint { throw place.error(.mixedDecimalMarks(otherLine: line)) }
        firstComma = firstComma ?? place.line
        guard rule == .detect, !isSettled else { return }
        if number.isGroupingLike {
            doubtful = doubtful ?? place
        } else {
            isSettled = true
        }
    }

    /// Throws where every comma of the file may as well separate thousands.
    func finish(file: String) throws(RowsError) {
        if rule == .detect, !isSettled, let doubtful { throw doubtful.error(.ambiguousComma) }
    }
}
