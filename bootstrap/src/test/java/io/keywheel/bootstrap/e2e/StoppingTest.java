package io.keywheel.bootstrap.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.keywheel.bootstrap.Environment;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A separate process that runs out of file descriptors. [HangUpTest] and [ProgramTest] cover stops by signals.
class StoppingTest {

    private static final int FEW_FILES = 150;

    @Test
    void exits_with_1_if_it_can_no_longer_accept_connections() throws Exception {
        var sockets = new ArrayList<Socket>();
        var settings = Environment.of("GROQ_API_KEYS=k", "GROQ_BASE_URL=http://127.0.0.1:1", "KEYWHEEL_PORT=0");
        try (var program = RunningProgram.startWithin(FEW_FILES, settings)) {
            connectUntilRefused(program.address(), sockets);

            program.lineWith("no longer accepts connections");

            assertEquals(1, program.exitStatus());
        } finally {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }

    private static void connectUntilRefused(URI gateway, List<Socket> sockets) throws IOException {
        try {
            while (sockets.size() < FEW_FILES) {
                sockets.add(new Socket(gateway.getHost(), gateway.getPort()));
            }
        } catch (ConnectException _) {
            // The gateway has stopped listening.
        }
    }
}
