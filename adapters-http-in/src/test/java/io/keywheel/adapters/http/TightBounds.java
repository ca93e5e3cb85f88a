package io.keywheel.adapters.http;

import java.time.Duration;

/// Bounds that a test can run into.
final class TightBounds {

    private static final Bounds USUAL = Bounds.DEFAULT;

    private TightBounds() {}

    static Bounds chatsPerSocket(int most) {
        return new Bounds(
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

    static Bounds chats(int most) {
        return new Bounds(
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

    static Bounds connections(int most) {
        return new Bounds(
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
    static Bounds patience(Duration time, Duration idle) {
        return new Bounds(
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

    static Bounds firstByte(Duration time) {
        return new Bounds(
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

    static Bounds heldBytes(long most) {
        return heldBytes(most, USUAL.body());
    }

    /// So many for as long as a body may take.
    static Bounds heldBytes(long most, Duration body) {
        return new Bounds(
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
