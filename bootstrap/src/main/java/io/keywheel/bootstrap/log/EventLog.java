package io.keywheel.bootstrap.log;

import io.keywheel.application.port.out.ChatEvents;
import io.keywheel.application.port.out.LlmReply;
import io.keywheel.domain.failover.FailedAttempt;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.routing.KeySlot;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.status.PoolEvent;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Logs what goes out of turn and what works again; each attempt only for whoever wants to know everything.
///
/// It tells the kind of a failure, not the upstream's words: those may repeat the prompt.
public final class EventLog implements ChatEvents {

    private static final int MOST_KEYS = 10;

    private final Logger log;

    public EventLog() {
        this(System.getLogger("io.keywheel.pool"));
    }

    EventLog(Logger log) {
        this.log = log;
    }

    @Override
    public void changed(PoolEvent poolEvent) {
        switch (poolEvent) {
            case PoolEvent.CooldownStarted(var scope, var until, var because) ->
                log.log(
                        Level.WARNING,
                        scope + (isRetired(because) ? " is retired until " : " rests until ")
                                + until.truncatedTo(ChronoUnit.MILLIS) + ": " + reason(because));
            case PoolEvent.Throttled(var provider, var until, var groups) ->
                log.log(
                        Level.WARNING,
                        provider + " rests until " + until.truncatedTo(ChronoUnit.MILLIS)
                                + ": it limits this host, and not its keys"
                                + (groups == 0
                                        ? ""
                                        : " (" + groups + " quota groups at once; they are in turn again)"));
            case PoolEvent.Merged(var group, var first, var keys) ->
                log.log(
                        Level.WARNING,
                        "%s and %s share one limit, for the provider names one organisation for both: they are group %s from now on. To say so in the settings, write each of them as key@group, with one group"
                                .formatted(named(keys), first, group.name()));
            case PoolEvent.Recovered(var scope) -> log.log(Level.INFO, scope + " works again");
        }
    }

    /// Says where it was thrown, and no more: the words of an exception may have a key in them.
    @Override
    public void thrown(ProviderId provider, Throwable e) {
        String where =
                Arrays.stream(e.getStackTrace()).limit(1).map(String::valueOf).collect(Collectors.joining());
        log.log(
                Level.ERROR,
                "The adapter of %s threw %s at %s"
                        .formatted(provider, e.getClass().getName(), where));
    }

    @Override
    public void ended(Step.Attempt attempt, LlmReply reply) {
        if (log.isLoggable(Level.DEBUG)) {
            String outcome = switch (reply) {
                case LlmReply.Answered _ -> "ok";
                case LlmReply.Failed(var failure) -> failure.kind().label();
            };
            log.log(
                    Level.DEBUG,
                    attempt.target().key().slot() + " was asked for "
                            + attempt.target().model() + ": " + outcome);
        }
    }

    /// As `/api/keys` has it.
    private static boolean isRetired(@Nullable FailedAttempt because) {
        return because != null && because.failure() instanceof Failure.KeyRefused;
    }

    private static String named(List<KeySlot> keys) {
        String named = keys.stream().limit(MOST_KEYS).map(KeySlot::toString).collect(Collectors.joining(", "));
        return keys.size() <= MOST_KEYS ? named : named + " and " + (keys.size() - MOST_KEYS) + " more";
    }

    private static String reason(@Nullable FailedAttempt because) {
        if (because == null) {
            return "the provider said that too little is left";
        }
        var key = because.target().key();
        return "%s with key %s (%s)".formatted(because.failure().kind().label(), key.slot(), key.fingerprint());
    }
}
