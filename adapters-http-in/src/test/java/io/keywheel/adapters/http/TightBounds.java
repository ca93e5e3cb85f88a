package io.keywheel.adapters.http;

import io.keywheel.adapters.http.server.ServerLimits;
import java.time.Duration;

/// Bounds that a test can run into.
public final class TightBounds {

    private static final ServerLimits USUAL = ServerLimits.DEFAULT;

    private TightBounds() {}

    static ServerLimits chatsPerSocket(int most) {
        return new ServerLimits(
                USUAL.firstByte(),
                USUAL.idle(),
                USUAL.head(),
                USUAL.body(),
                USUAL.write(),
                USUAL.connections(),
                USUAL.chats(),
                most,
                USUAL.heldBytes());
    }

    static ServerLimits chats(int most) {
        return new ServerLimits(
                USUAL.firstByte(),
                USUAL.idle(),
                USUAL.head(),
                USUAL.body(),
                USUAL.write(),
                USUAL.connections(),
                most,
                32,
                USUAL.heldBytes());
    }

    static ServerLimits connections(int most) {
        return new ServerLimits(
                USUAL.firstByte(),
                USUAL.idle(),
                USUAL.head(),
                USUAL.body(),
                USUAL.write(),
                most,
                USUAL.chats(),
                32,
                USUAL.heldBytes());
    }

    /// Everything may take `time`, except for what `idle` says.
    public static ServerLimits timeouts(Duration time, Duration idle) {
        return new ServerLimits(
                idle,
                idle,
                time,
                time,
                time,
                USUAL.connections(),
                USUAL.chats(),
                USUAL.chatsPerSocket(),
                USUAL.heldBytes());
    }

    static ServerLimits firstByte(Duration time) {
        return new ServerLimits(
                time,
                USUAL.idle(),
                USUAL.head(),
                USUAL.body(),
                USUAL.write(),
                USUAL.connections(),
                USUAL.chats(),
                USUAL.chatsPerSocket(),
                USUAL.heldBytes());
    }

    static ServerLimits heldBytes(long most) {
        return heldBytes(most, USUAL.body());
    }

    /// So many for as long as a body may take.
    static ServerLimits heldBytes(long most, Duration body) {
        return new ServerLimits(
                USUAL.firstByte(),
                USUAL.idle(),
                USUAL.head(),
                body,
                USUAL.write(),
                USUAL.connections(),
                USUAL.chats(),
                32,
                most);
    }
}
