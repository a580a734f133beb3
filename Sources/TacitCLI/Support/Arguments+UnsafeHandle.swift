/// The words of the command line as the system hands them over.
enum Arguments {
    /// Number of the first word that is not UTF-8, which a path would not survive; nil where all are.
    static var firstThatIsNotText: Int? {
        (1..<max(1, Int(CommandLine.argc))).first { index in
            CommandLine.unsafeArgv[index].map { String(validatingCString: $0) == nil } ?? false
        }
    }
}
