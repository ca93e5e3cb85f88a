package io.keywheel.soak;

import io.keywheel.process.ProcessInspector;
import java.io.IOException;

/// What the gateway's process holds at a moment; 0 where the system does not say.
///
/// @param heap in kB, live after a full collection
/// @param resident memory in kB
/// @param upstream connections to the providers
record ProcessStats(
        String moment,
        long heap,
        long resident,
        long platformThreads,
        long virtualThreads,
        long sockets,
        int upstream) {

    static ProcessStats of(String moment, long pid, int upstream) throws IOException, InterruptedException {
        return new ProcessStats(
                moment,
                ProcessInspector.liveBytes(pid) >> 10,
                ProcessInspector.status(pid, "VmRSS"),
                ProcessInspector.status(pid, "Threads"),
                ProcessInspector.virtualThreads(pid).size(),
                ProcessInspector.sockets(pid),
                upstream);
    }
}
