package io.keywheel.bootstrap.log;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.RejectedExecutionException;
import java.util.logging.Filter;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

class LoggingTest {

    private static LogRecord error(Exception cause) {
        var event = new LogRecord(Level.SEVERE, "");
        event.setThrown(cause);
        return event;
    }

    @Test
    void connection_at_the_moment_of_a_stop_is_no_error() {
        Logging.toStandardError(LogSettings.DEFAULT);
        Filter filter = Logger.getLogger("io.helidon.webserver.ServerListener").getFilter();

        assertFalse(filter.isLoggable(error(new RejectedExecutionException())));
        assertFalse(filter.isLoggable(error(new ClosedChannelException())));
        assertTrue(filter.isLoggable(error(new IOException("too many open files"))));
    }
}
