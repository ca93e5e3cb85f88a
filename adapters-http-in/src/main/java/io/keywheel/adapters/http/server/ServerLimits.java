package io.keywheel.adapters.http.server;

import io.keywheel.adapters.http.connection.BodyBudget;
import io.keywheel.adapters.http.connection.ClientTimeouts;
import java.time.Duration;

/// How much of everything a client may take.
///
/// @param connections the most at once
/// @param chats the most running at once
/// @param chatsPerSocket the most running at once on one WebSocket
/// @param heldBytes the most of all bodies and messages held at once; of answers that wait for their readers, half
public record ServerLimits(ClientTimeouts timeouts, int connections, int chats, int chatsPerSocket, long heldBytes) {

    private static final ClientTimeouts TIMEOUTS = new ClientTimeouts(
            Duration.ofSeconds(5),
            Duration.ofSeconds(75),
            Duration.ofSeconds(10),
            Duration.ofSeconds(30),
            Duration.ofSeconds(30));

    /// As measured, an idle connection holds some 29 KiB, 16 of them in Helidon's buffers, and a chat some 54
    /// KiB more, beside what its client sends. The most of both take six tenths of the heap; past that,
    /// collecting garbage would leave no time for answers.
    private static final int CONNECTION = 80 << 10;

    /// With TLS it holds some 100 KiB, as measured: its engine, and Helidon's buffers around that.
    private static final int TLS_CONNECTION = 240 << 10;

    private static final int CHAT = 240 << 10;

    private static final int USUAL_MOST_CHATS = 1024;

    /// A body may take five times its bytes until its chat ends: as bytes, as text of two bytes a character, as a
    /// tree, and as the request to the provider. So a tenth of the heap may become half of it.
    private static final int BODY_BUDGET_DIVISOR = 10;

    /// The largest whole answer of a provider, and a little.
    private static final long LARGEST_ANSWER = 9 << 20;

    /// How many chats at once a heap of so many bytes has room for.
    public static int chatsWithin(long heap) {
        return (int) Math.min(Integer.MAX_VALUE, heap / CHAT);
    }

    /// What a heap of so many bytes has room for.
    public static ServerLimits within(long heap, boolean tls) {
        return new ServerLimits(
                TIMEOUTS,
                (int) Math.min(4096, heap / (tls ? TLS_CONNECTION : CONNECTION)),
                Math.min(USUAL_MOST_CHATS, chatsWithin(heap)),
                32,
                heap / BODY_BUDGET_DIVISOR);
    }

    /// With so many chats at once, and connections for as many clients more; 0 leaves it at what the heap has room
    /// for.
    public ServerLimits withChats(int most) {
        return most == 0
                ? this
                : new ServerLimits(timeouts, Math.max(connections, 2 * most), most, chatsPerSocket, heldBytes);
    }

    /// How long a stream may be silent before a comment shows that it is alive.
    public Duration pingInterval() {
        return timeouts.idle().dividedBy(5);
    }

    /// At least one body must find room, or it never could.
    public BodyBudget budget(int maxBodyBytes) {
        return new BodyBudget(Math.max(heldBytes, framedBytes(maxBodyBytes)));
    }

    /// For the answers and events that wait for slow readers. Each takes about four times its bytes.
    public BodyBudget answerBudget() {
        return new BodyBudget(Math.max(heldBytes / 2, LARGEST_ANSWER));
    }

    /// The most bytes of a body and its framing: chunks that are not absurdly small take less than twice the body.
    public static long framedBytes(int maxBodyBytes) {
        return 2L * maxBodyBytes + 65_536;
    }
}
