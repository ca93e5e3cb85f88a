package io.keywheel.adapters.http;

import io.keywheel.adapters.http.connection.ClientTimeouts;
import io.keywheel.adapters.http.server.ServerLimits;
import java.time.Duration;

/// Limits low enough for tests to reach.
public final class TightBounds {

    static final ServerLimits USUAL = ServerLimits.forHeap(Runtime.getRuntime().maxMemory(), false);

    private TightBounds() {}

    static ServerLimits chatsPerSocket(int most) {
        return sizes(USUAL.connections(), USUAL.chats(), most, USUAL.budgetBytes());
    }

    static ServerLimits chats(int most) {
        return sizes(USUAL.connections(), most, USUAL.chatsPerSocket(), USUAL.budgetBytes());
    }

    static ServerLimits connections(int most) {
        return sizes(most, USUAL.chats(), USUAL.chatsPerSocket(), USUAL.budgetBytes());
    }

    static ServerLimits budgetBytes(long most) {
        return sizes(USUAL.connections(), USUAL.chats(), USUAL.chatsPerSocket(), most);
    }

    private static ServerLimits sizes(int connections, int chats, int chatsPerSocket, long budgetBytes) {
        return new ServerLimits(USUAL.timeouts(), connections, chats, chatsPerSocket, budgetBytes);
    }

    /// All timeouts are `time`, except those for the first byte and for idle connections.
    public static ServerLimits timeouts(Duration time, Duration idle) {
        return timeouts(idle, idle, time, USUAL.budgetBytes());
    }

    /// The same, with a first-byte timeout of one minute.
    public static ServerLimits timeoutsOnceAsked(Duration time, Duration idle) {
        return timeouts(Duration.ofMinutes(1), idle, time, USUAL.budgetBytes());
    }

    static ServerLimits firstByte(Duration time) {
        return timeouts(time, USUAL.timeouts().idle(), USUAL.timeouts().head(), USUAL.budgetBytes());
    }

    /// @param time of a head, a body and a write
    static ServerLimits timeouts(Duration firstByte, Duration idle, Duration time, long budgetBytes) {
        var timeouts = new ClientTimeouts(firstByte, idle, time, time, time);
        return new ServerLimits(timeouts, USUAL.connections(), USUAL.chats(), USUAL.chatsPerSocket(), budgetBytes);
    }
}
