package io.keywheel.bootstrap.log;

import io.keywheel.application.port.out.ChatEvents;
import io.keywheel.domain.chat.TokenUsage;
import io.keywheel.domain.failover.FailedAttempt;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.Scope;
import io.keywheel.domain.routing.KeySlot;
import io.keywheel.domain.routing.NameList;
import io.keywheel.domain.routing.NearestNames;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.RouteTarget;
import io.keywheel.domain.status.PoolEvent;
import io.keywheel.domain.status.TraceContext;
import io.keywheel.domain.usage.EndedAttempt;
import java.lang.System.Logger.Level;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Logs the start of each cooldown (`groq group team cooling down for MODEL until …`, `groq/2 retired until
/// …`), its end, and at DEBUG each attempt.
///
/// The line of a cooldown or an attempt names the kind of the failure and its cause, never the provider's
/// message, which may repeat the prompt.
public final class EventLog implements ChatEvents {

    private static final System.Logger LOG = System.getLogger("io.keywheel.pool");

    @Override
    public void changed(PoolEvent poolEvent) {
        switch (poolEvent) {
            case PoolEvent.CooldownStarted(var scope, var until, var cause) ->
                LOG.log(
                        isOfNamedModel(cause) ? Level.INFO : Level.WARNING,
                        "%s until %s: %s"
                                .formatted(
                                        sentence(scope, isRefused(cause) ? "retired" : "cooling down"),
                                        until.truncatedTo(ChronoUnit.MILLIS),
                                        reason(cause)));
            case PoolEvent.Throttled(var provider, var until, var groups) ->
                warn(
                        "%s cooling down until %s: it throttles this host, not single keys%s",
                        provider,
                        until.truncatedTo(ChronoUnit.MILLIS),
                        groups == 0 ? "" : " (cooldowns of %s quota groups reverted)".formatted(groups));
            case PoolEvent.Merged(var group, var first, var keys) ->
                warn(
                        "%s merged into the quota group %s of %s: the provider names one organisation for them. To configure this, write each of them as key@group, with one group",
                        NameList.joined(keys), group.name(), first);
            case PoolEvent.Recovered(var scope) -> LOG.log(Level.INFO, sentence(scope, "recovered"));
        }
    }

    /// Logs the exception's type and first stack frame outside of Java. Its message may contain a key.
    @Override
    public void thrown(@Nullable ProviderId provider, Throwable e) {
        String where = Arrays.stream(e.getStackTrace())
                .filter(frame -> !String.valueOf(frame.getModuleName()).startsWith("java."))
                .limit(1)
                .map(String::valueOf)
                .collect(Collectors.joining());
        LOG.log(
                Level.ERROR,
                (provider == null ? "A usage sink threw " : "The adapter of " + provider + " threw ")
                        + e.getClass().getName() + " at " + where);
    }

    /// Includes the provider's message: a request for the list of models contains no prompt.
    @Override
    public void notListed(KeySlot key, Failure failure) {
        warn(
                "The models of %s could not be listed with %s: %s: %s",
                key.provider(), key, failure.kind().label(), failure.message());
    }

    @Override
    public void unlisted(RouteTarget target, List<String> virtualModels, List<String> near) {
        warn(
                "%s%s does not list the model %s%s",
                virtualModels.isEmpty()
                        ? "The default model: "
                        : "KEYWHEEL_MODELS, " + NameList.joined(virtualModels) + ": ",
                target.provider(),
                target.model(),
                NearestNames.suggestion(near));
    }

    private static void warn(String format, @Nullable Object... values) {
        LOG.log(Level.WARNING, format.formatted(values));
    }

    @Override
    public void ended(EndedAttempt attempt, @Nullable TokenUsage usage, @Nullable TraceContext trace) {
        if (LOG.isLoggable(Level.DEBUG)) {
            LOG.log(
                    Level.DEBUG,
                    "%s tried for %s: %s%s"
                            .formatted(
                                    attempt.target().key().slot(),
                                    attempt.target().model(),
                                    attempt.outcome().label(),
                                    afterColon(attempt.cause())));
        }
    }

    /// Uses the same condition for `retired` as `/api/keys`.
    private static boolean isRefused(@Nullable FailedAttempt cause) {
        return cause != null && cause.failure() instanceof Failure.KeyRefused;
    }

    /// Whether a model is unavailable that a request or a virtual model names. Clients may name any, so that is no
    /// warning; [#unlisted] warns of virtual models.
    private static boolean isOfNamedModel(@Nullable FailedAttempt cause) {
        return cause != null
                && cause.failure() instanceof Failure.ModelUnavailable
                && !cause.target().defaultModel();
    }

    private static String sentence(Scope scope, String happened) {
        return switch (scope) {
            case Scope.OfGroupModel(var group, var model) ->
                "%s %s for %s".formatted(new Scope.OfGroup(group), happened, model);
            case Scope.OfModel(var provider, var model) -> "%s %s for %s".formatted(provider, happened, model);
            case Scope.OfKey _, Scope.OfGroup _, Scope.OfProvider _ -> scope + " " + happened;
        };
    }

    private static String reason(@Nullable FailedAttempt cause) {
        if (cause == null) {
            return "remaining limit too low, as the provider reports";
        }
        var key = cause.target().key();
        return "%s, key %s (%s)%s"
                .formatted(
                        cause.failure().kind().label(),
                        key.slot(),
                        key.fingerprint(),
                        afterColon(cause.failure().cause()));
    }

    private static String afterColon(String why) {
        return why.isEmpty() ? "" : ": " + why;
    }
}
