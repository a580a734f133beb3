#if Service
    package import NIOCore

    /// Runs tasks on an event loop, where the connection they serve has its own work to do.
    ///
    /// Bytes then go from the socket to the task and back without a change of thread. Tasks must not block: what
    /// computes or waits for a disk goes to threads of its own.
    package final class EventLoopExecutor: TaskExecutor {
        private let eventLoop: any EventLoop

        package init(_ eventLoop: any EventLoop) { self.eventLoop = eventLoop }

        package func enqueue(_ job: consuming ExecutorJob) {
            let job = UnownedJob(job)
            eventLoop.execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
        }
    }
#endif
