package io.keywheel.soak;

import io.keywheel.process.ProcessInspector;
import java.io.IOException;

/// The resources of the gateway's process at one time; 0 if unknown.
///
/// @param heap live bytes after a full collection, in kB
/// @param resident memory in kB
/// @param upstream the number of connections to the providers
record ProcessStats(
        String moment,
        long heap,
        long resident,
        long platformThreads,
        long virtualThreads,
        long sockets,
        int upstream) {

    static ProcessStats of(String moment, long pid, int upstream) throws IOException, InterruptedException {
        var snapshot = ProcessInspector.snapshot(pid);
        return new ProcessStats(
                moment,
                snapshot.liveBytes() >> 10,
                ProcessInspector.status(pid, "VmRSS"),
                ProcessInspector.status(pid, "Threads"),
                snapshot.virtualThreads().size(),
                ProcessInspector.sockets(pid),
                upstream);
    }
}
