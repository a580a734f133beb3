import Foundation

/// The target that this process fuzzes: named by TACIT_FUZZ, made once.
private let target: FuzzTarget = {
    let name = ProcessInfo.processInfo.environment["TACIT_FUZZ"] ?? ""
    do {
        guard let make = FuzzTarget.all[name] else {
            print("TACIT_FUZZ must name a target: \(FuzzTarget.all.keys.sorted())")
            exit(2)
        }
        return try make()
    } catch {
        print("the target \(name) cannot be set up: \(error)")
        exit(2)
    }
}()

/// What libFuzzer calls first.
///
/// With TACIT_FUZZ_SEEDS=FOLDER it writes good inputs there and ends.
@_cdecl("LLVMFuzzerInitialize")
public func initialize(
    _ count: UnsafeMutablePointer<Int32>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>
) -> Int32 {
    guard let folder = ProcessInfo.processInfo.environment["TACIT_FUZZ_SEEDS"] else {
        _ = target
        return 0
    }
    do {
        for (name, bytes) in target.seeds {
            try Data(bytes).write(to: URL(filePath: folder).appending(path: name))
        }
        exit(0)
    } catch {
        print("\(error)")
        exit(2)
    }
}

/// What libFuzzer calls with every input.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ base: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    target.run([UInt8](UnsafeBufferPointer(start: base, count: count)))
    return 0
}
