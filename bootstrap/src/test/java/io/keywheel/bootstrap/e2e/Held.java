package io.keywheel.bootstrap.e2e;

import io.keywheel.process.ProcessInspector;
import java.io.IOException;
import java.util.List;

/// What this process holds for clients: the gateway, the simulator and the clients of a test run in it together.
///
/// @param virtualThreads but for the simulator's, each with its name and stack
/// @param sockets 0 where the system does not tell
/// @param upstream connections that the simulator sees
record Held(List<String> virtualThreads, long sockets, int upstream) {

    static Held now(World world) {
        long pid = ProcessHandle.current().pid();
        try {
            List<String> threads = ProcessInspector.virtualThreads(pid).stream()
                    .filter(thread -> !thread.contains("\"simulator-"))
                    .toList();
            return new Held(threads, ProcessInspector.sockets(pid), world.simulator.connections());
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public String toString() {
        return virtualThreads.size() + " virtual threads, " + sockets + " sockets, " + upstream
                + " connections upstream";
    }

    /// Whether this is no more than `other`.
    boolean isWithin(Held other) {
        return virtualThreads.size() <= other.virtualThreads.size()
                && sockets <= other.sockets
                && upstream <= other.upstream;
    }
}
