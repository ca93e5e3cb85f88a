package io.keywheel.bootstrap.log;

import io.keywheel.application.port.out.ChatEvents;
import io.keywheel.domain.failover.FailedAttempt;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.health.Change;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/// Logs what goes out of turn and what works again.
///
/// It tells the kind of a failure, not the upstream's words: those may repeat the prompt.
public final class EventLog implements ChatEvents {

    private final Logger log;

    public EventLog() {
        this(System.getLogger("io.keywheel.pool"));
    }

    EventLog(Logger log) {
        this.log = log;
    }

    @Override
    public void changed(Change change) {
        switch (change) {
            case Change.Rested(var scope, var until, var because) ->
                log.log(
                        Level.WARNING,
                        scope + (isRetired(because) ? " is retired until " : " rests until ")
                                + until.truncatedTo(ChronoUnit.MILLIS) + ": " + reason(because));
            case Change.Recovered(var scope) -> log.log(Level.INFO, scope + " works again");
        }
    }

    /// As `/api/keys` has it.
    private static boolean isRetired(@Nullable FailedAttempt because) {
        return because != null && because.failure() instanceof Failure.KeyRefused;
    }

    private static String reason(@Nullable FailedAttempt because) {
        if (because == null) {
            return "the provider said that too little is left";
        }
        var key = because.target().key();
        return "%s with key %s (%s)".formatted(because.failure().kind().label(), key.slot(), key.fingerprint());
    }
}
