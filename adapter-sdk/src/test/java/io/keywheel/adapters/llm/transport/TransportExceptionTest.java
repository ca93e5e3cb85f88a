package io.keywheel.adapters.llm.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.keywheel.application.port.out.Timeouts;
import io.keywheel.domain.failover.Failure;
import java.io.IOException;
import java.net.ProtocolException;
import java.net.SocketException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class TransportExceptionTest {

    private static final Duration TIME = Duration.ofSeconds(1);

    private final AttemptDeadline deadline = AttemptDeadline.forAnswer(new Timeouts(TIME, TIME, TIME), TIME);

    @Test
    void missing_file_descriptors_of_this_process_are_no_fault_of_the_provider() {
        var noSocket = new IOException(new InternalError(new SocketException("Too many open files")));

        assertEquals(
                new Failure.NotSent("no connection could be made: Too many open files"),
                TransportException.notConnected(noSocket, TIME, false).failure(deadline));
    }

    @Test
    void answer_about_open_files_is_no_sign_of_missing_file_descriptors_here() {
        var answer = new ProtocolException("Invalid status line: \"HTTP/1.1 Too many open files\"");

        assertEquals(
                Failure.Unavailable.because("no answer"),
                TransportException.broken("no answer", answer).failure(deadline));
    }
}
