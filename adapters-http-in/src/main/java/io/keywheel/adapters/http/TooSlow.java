package io.keywheel.adapters.http;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/// The answer to a client that does not get its request out, written past Helidon, which is still reading it.
final class TooSlow {

    private TooSlow() {}

    static byte[] response(NativeErrors words) {
        ErrorAnswer answer = words.of(new RefusedException(Fault.REQUEST_TIMEOUT, "the request took too long to come"));
        byte[] body = Json.bytes(answer.body());
        String head = "HTTP/1.1 408 Request Timeout\r\n"
                + "Content-Type: application/json\r\n"
                + "Content-Length: " + body.length + "\r\n"
                + "Connection: close\r\n\r\n";
        var response = new ByteArrayOutputStream();
        response.writeBytes(head.getBytes(StandardCharsets.US_ASCII));
        response.writeBytes(body);
        return response.toByteArray();
    }
}
