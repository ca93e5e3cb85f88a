package io.keywheel.soak.hostile;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.keywheel.soak.gateway.Endpoint;
import java.io.ByteArrayOutputStream;
import java.io.IOException;

/// What each kind of hostile client does.
final class Deeds {

    /// A piece each 20 ms: an 8 MiB body takes some 2.5 s, and its memory for as long, where it is held.
    private static final long PIECE_MILLIS = 20;

    private static final byte[] PIECE = new byte[64 << 10];
    private static final int PIECES = 128;
    private static final String JSON = "Content-Type: application/json\r\n";
    private static final String SITE = "Origin: https://elsewhere.example\r\nSec-Fetch-Site: cross-site\r\n";
    private static final String SOCKET = String.join(
            "\r\n",
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
            "");
    private static final String MOST_TOKENS =
            "{\"messages\":[{\"role\":\"user\",\"content\":\"Go on for ever.\"}],\"max_tokens\":2147483647}";

    /// Neither the last of its message nor with a payload, and masked, as all that clients send.
    private static final byte[] FIRST_FRAME = {1, (byte) 0x80, 0, 0, 0, 0};

    private static final byte[] EMPTY_FRAMES = emptyFrames(500);

    private Deeds() {}

    static void sendOnWithoutToken(Endpoint gateway, int number) throws IOException, InterruptedException {
        try (Wire wire = Wire.to(gateway, Kind.STRANGER)) {
            String token = number % 2 == 0 ? "" : "Authorization: Bearer not-a-token-" + number + "\r\n";
            wire.sendHead("POST", "/api/chat", token + JSON + "Content-Length: " + PIECES * PIECE.length + "\r\n");
            for (int i = 0; i < PIECES; i++) {
                wire.send(PIECE);
                MILLISECONDS.sleep(PIECE_MILLIS);
            }
        }
    }

    static void fallSilent(Endpoint gateway, int number) throws IOException, InterruptedException {
        try (Wire wire = Wire.inTheClear(gateway, Kind.SILENT)) {
            switch (number % 3) {
                case 0 -> wire.readAll();
                case 1 -> {
                    wire.send("GET /health/live HTTP/1.1\r\nHost: ");
                    wire.readAll();
                }
                default -> {
                    while (true) {
                        wire.send("x");
                        MILLISECONDS.sleep(1_000);
                    }
                }
            }
        }
    }

    static void leave(Endpoint gateway, int number) throws IOException {
        try (Wire wire = Wire.to(gateway, Kind.LEAVER)) {
            String token = token(gateway);
            switch (number % 3) {
                case 0 -> {
                    wire.post("/api/chat/stream", token, MOST_TOKENS);
                    wire.readUntil("data: ");
                }
                case 1 -> {
                    wire.post("/api/chat", token, MOST_TOKENS);
                    wire.resetAtClose();
                }
                default -> {
                    wire.sendHead("POST", "/api/chat", token + JSON + "Content-Length: 1000000\r\n");
                    wire.send(MOST_TOKENS);
                }
            }
        }
    }

    static void guessModel(Endpoint gateway, int number) throws IOException {
        try (Wire wire = Wire.to(gateway, Kind.GUESSER)) {
            String provider = number % 2 == 0 ? "groq" : "cerebras";
            String model = HostileClients.GUESSED_MODEL + number;
            String messages = "\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]";
            String body = "{\"provider\":\"" + provider + "\",\"model\":\"" + model + "\"," + messages + "}";
            wire.post("/api/chat", token(gateway), body);
            wire.readUntil("}");
        }
    }

    static void callFromForeignPage(Endpoint gateway, int number) throws IOException, InterruptedException {
        try (Wire wire = Wire.to(gateway, Kind.FOREIGN_PAGE)) {
            String headers = SITE + token(gateway);
            switch (number % 4) {
                case 0 -> wire.sendHead("GET", "/v1/models?refresh=true", headers);
                case 1 -> wire.post("/api/models/refresh", headers, "{}");
                case 2 -> wire.post("/api/chat", headers, MOST_TOKENS);
                default -> {
                    wire.sendHead("GET", "/api/events", headers);
                    MILLISECONDS.sleep(2_000);
                }
            }
            wire.readUntil("}");
        }
    }

    static void sendEmptyFrames(Endpoint gateway, int number) throws IOException, InterruptedException {
        try (Wire wire = Wire.to(gateway, Kind.FRAMER)) {
            wire.sendHead("GET", "/api/chat/ws", token(gateway) + SOCKET);
            wire.readUntil("\r\n\r\n");
            wire.send(FIRST_FRAME);
            while (true) {
                wire.send(EMPTY_FRAMES);
                MILLISECONDS.sleep(PIECE_MILLIS);
            }
        }
    }

    private static String token(Endpoint gateway) {
        return "Authorization: " + gateway.authorization() + "\r\n";
    }

    private static byte[] emptyFrames(int count) {
        var frames = new ByteArrayOutputStream();
        for (int i = 0; i < count; i++) {
            frames.writeBytes(new byte[] {0, (byte) 0x80, 0, 0, 0, 0});
        }
        return frames.toByteArray();
    }
}
