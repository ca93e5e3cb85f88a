package io.keywheel.adapters.http.server;

import io.keywheel.adapters.http.connection.ByteBudget;
import io.keywheel.adapters.http.connection.ClientConnections;
import io.keywheel.adapters.http.connection.ClientTimeouts;
import java.time.Duration;

/// The timeouts of clients, and the limits of connections, chats and memory.
///
/// @param connections the limit of concurrent connections
/// @param chats the limit of concurrent chats
/// @param budgetBytes the limit of request bodies and messages in memory; answers have another one, about
///     half as large
public record ServerLimits(ClientTimeouts timeouts, int connections, int chats, long budgetBytes) {

    private static final ClientTimeouts TIMEOUTS = new ClientTimeouts(
            Duration.ofSeconds(5),
            Duration.ofSeconds(75),
            Duration.ofSeconds(10),
            Duration.ofSeconds(30),
            Duration.ofSeconds(30));

    /// Measured: an idle connection takes 29 KiB, 16 of them in Helidon's buffers; a chat takes 54 KiB more,
    /// without its body. The maximum of both takes six tenths of the heap. Beyond that, garbage collection leaves
    /// no time for answers.
    private static final int HEAP_PER_CONNECTION = 80 << 10;

    /// Measured: with TLS, a connection takes 100 KiB, for its engine and Helidon's buffers around it.
    private static final int HEAP_PER_TLS_CONNECTION = 240 << 10;

    private static final int HEAP_PER_CHAT = 240 << 10;

    private static final int DEFAULT_MOST_CHATS = 1024;

    private static final int FEWEST_CONNECTIONS = 64;

    /// A body may take five times its size until its chat ends: bytes, UTF-16 text, a tree, and the upstream
    /// request. A tenth of the heap may thus become half of it.
    private static final int BODY_BUDGET_DIVISOR = 10;

    /// A little more than the largest complete answer of a provider.
    private static final long LARGEST_ANSWER = 9 << 20;

    public static int chatsForHeap(long heap) {
        return (int) Math.min(Integer.MAX_VALUE, heap / HEAP_PER_CHAT);
    }

    public static ServerLimits forHeap(long heap, boolean tls) {
        return new ServerLimits(
                TIMEOUTS,
                (int) Math.min(4096, heap / (tls ? HEAP_PER_TLS_CONNECTION : HEAP_PER_CONNECTION)),
                Math.min(DEFAULT_MOST_CHATS, chatsForHeap(heap)),
                heap / BODY_BUDGET_DIVISOR);
    }

    /// Allows `most` concurrent chats and at least twice as many connections; 0 keeps the limits that fit the heap.
    public ServerLimits withChats(int most) {
        return most == 0 ? this : new ServerLimits(timeouts, Math.max(connections, 2 * most), most, budgetBytes);
    }

    /// Lowers the limit of connections so that clients cannot exhaust `sockets`. Each chat may take a further one
    /// for its call, and most connections have one chat at most.
    public ServerLimits withSockets(long sockets) {
        long room = sockets - ClientConnections.maxSockets(0);
        long most = Math.max(FEWEST_CONNECTIONS, Math.max(room - chats, room / 2));
        return new ServerLimits(timeouts, (int) Math.min(connections, most), chats, budgetBytes);
    }

    /// How long a stream may be silent before a keep-alive is sent.
    public Duration pingInterval() {
        return timeouts.idle().dividedBy(5);
    }

    /// The budget of all request bodies, large enough for at least one.
    public ByteBudget budget(int maxBodyBytes) {
        return new ByteBudget(Math.max(budgetBytes, framedBytes(maxBodyBytes)));
    }

    /// The budget of answers and events that wait for slow readers. Each takes about four times its size.
    public ByteBudget answerBudget() {
        return new ByteBudget(Math.max(budgetBytes / 2, LARGEST_ANSWER));
    }

    /// The limit of a body with its framing, in bytes. Unless chunks are tiny, framing less than doubles a body.
    public static long framedBytes(int maxBodyBytes) {
        return 2L * maxBodyBytes + 65_536;
    }
}
