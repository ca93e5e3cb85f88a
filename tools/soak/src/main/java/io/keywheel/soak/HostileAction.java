package io.keywheel.soak;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import java.io.IOException;
import java.time.Duration;

enum HostileAction {
    /// No token or a wrong one, and a body of 8 MiB regardless of the answer.
    STRANGER(1, 10, 100),
    /// Sends nothing, half a head, or a byte a second, on more connections than fit into a small heap.
    SILENT(2, 3_300, 1_000),
    /// Requests 2^31-1 tokens and disconnects after the first content, or during the request.
    LEAVER(3, 2, 500),
    /// Names another unknown model in each request.
    GUESSER(4, 2, 50),
    /// Acts as a web page of another site with a token: refreshes the list of models, watches events and chats.
    FOREIGN_PAGE(5, 20, 500),
    /// Sends empty WebSocket continuation frames without end.
    FRAMER(6, 2, 500);

    /// One piece per 20 ms: an 8 MiB body takes about 2.5 s, and occupies memory as long if it is buffered.
    private static final long PIECE_MILLIS = 20;

    private static final byte[] PIECE = new byte[64 << 10];
    private static final int PIECES = 128;
    private static final String JSON = "Content-Type: application/json\r\n";
    private static final String UPGRADE = String.join(
            "\r\n",
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
            "");
    private static final String MOST_TOKENS =
            "{\"messages\":[{\"role\":\"user\",\"content\":\"Go on for ever.\"}],\"max_tokens\":2147483647}";

    /// The last byte of the clients' loopback address, because the gateway limits the connections of each peer.
    final int address;

    final int clients;

    final Duration pause;

    HostileAction(int address, int clients, long pauseMillis) {
        this.address = address;
        this.clients = clients;
        this.pause = Duration.ofMillis(pauseMillis);
    }

    /// @param number the number of this action among those of its kind
    /// @throws IOException if the gateway closes the connection
    void act(HostileConnection connection, Endpoint gateway, int number) throws IOException, InterruptedException {
        String token = "Authorization: " + gateway.authorization() + "\r\n";
        switch (this) {
            case STRANGER -> {
                String none = number % 2 == 0 ? "" : "Authorization: Bearer not-a-token-" + number + "\r\n";
                connection.sendHead(
                        "POST", "/api/chat", none + JSON + "Content-Length: " + PIECES * PIECE.length + "\r\n");
                for (int i = 0; i < PIECES; i++) {
                    connection.send(PIECE);
                    MILLISECONDS.sleep(PIECE_MILLIS);
                }
            }
            case SILENT -> {
                while (number % 3 == 2) {
                    connection.send("x");
                    MILLISECONDS.sleep(1_000);
                }
                connection.send(number % 3 == 1 ? "GET /health/live HTTP/1.1\r\nHost: " : "");
                connection.readAll();
            }
            case LEAVER -> leave(connection, token, number % 3);
            case GUESSER -> {
                String body =
                        "{\"provider\":\"%s\",\"model\":\"%s%d\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}"
                                .formatted(number % 2 == 0 ? "groq" : "cerebras", HostileClients.GUESSED_MODEL, number);
                connection.post("/api/chat", token, body);
                connection.readUntil("}");
            }
            case FOREIGN_PAGE -> {
                browse(
                        connection,
                        "Origin: https://elsewhere.example\r\nSec-Fetch-Site: cross-site\r\n" + token,
                        number % 4);
                connection.readUntil("}");
            }
            case FRAMER -> {
                connection.sendHead("GET", "/api/chat/ws", token + UPGRADE);
                connection.readUntil("\r\n\r\n");
                connection.send(frames(1, 1));
                while (true) {
                    connection.send(frames(0, 500));
                    MILLISECONDS.sleep(PIECE_MILLIS);
                }
            }
        }
    }

    private static void leave(HostileConnection connection, String token, int how) throws IOException {
        switch (how) {
            case 0 -> {
                connection.post("/api/chat/stream", token, MOST_TOKENS);
                connection.readUntil("data: ");
            }
            case 1 -> {
                connection.post("/api/chat", token, MOST_TOKENS);
                connection.resetAtClose();
            }
            default -> {
                connection.sendHead("POST", "/api/chat", token + JSON + "Content-Length: 1000000\r\n");
                connection.send(MOST_TOKENS);
            }
        }
    }

    private static void browse(HostileConnection connection, String headers, int what)
            throws IOException, InterruptedException {
        switch (what) {
            case 0 -> connection.sendHead("GET", "/v1/models?refresh=true", headers);
            case 1 -> connection.post("/api/models/refresh", headers, "{}");
            case 2 -> connection.post("/api/chat", headers, MOST_TOKENS);
            default -> {
                connection.sendHead("GET", "/api/events", headers);
                MILLISECONDS.sleep(2_000);
            }
        }
    }

    /// Masked frames without the FIN bit and without a payload.
    private static byte[] frames(int opcode, int count) {
        byte[] frames = new byte[6 * count];
        for (int i = 0; i < count; i++) {
            frames[6 * i] = (byte) opcode;
            frames[6 * i + 1] = (byte) 0x80;
        }
        return frames;
    }
}
