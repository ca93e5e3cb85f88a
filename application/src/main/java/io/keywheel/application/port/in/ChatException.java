package io.keywheel.application.port.in;

import io.keywheel.domain.failover.Exhaustion;
import io.keywheel.domain.failover.FailedAttempt;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.Unavailability;
import io.keywheel.domain.routing.ModelCatalog;
import io.keywheel.domain.routing.VirtualModels;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A chat that got no answer, or not the whole of it.
public abstract sealed class ChatException extends RuntimeException
        permits AllKeysFailedException,
                AllProvidersFailedException,
                AttemptFailedException,
                StreamInterruptedException,
                DeadlineExceededException,
                ChatCancelledException,
                UnknownModelException,
                UnknownProviderException,
                ClientRefusedException {

    private static final long serialVersionUID = 1;

    private final transient List<FailedAttempt> attempts;

    ChatException(String message, List<FailedAttempt> attempts) {
        super(message);
        this.attempts = List.copyOf(attempts);
    }

    /// The exception for `exhaustion`.
    ///
    /// @param model what the caller asked for; null for no model
    /// @param known where to look for a model that may have been meant
    public static ChatException of(Exhaustion exhaustion, @Nullable String model, ModelCatalog known) {
        String name = model == null ? VirtualModels.AUTO : model;
        String keyless = "No target of '" + name + "' has a key";
        return switch (exhaustion) {
            case Exhaustion.NoSuchModel missing -> UnknownModelException.of(missing, name, known);
            case Exhaustion.AllKeysFailed failed ->
                isWithoutKey(exhaustion, failed.shortage())
                        ? new AllKeysFailedException(keyless, failed)
                        : new AllKeysFailedException(failed);
            case Exhaustion.AllProvidersFailed failed ->
                isWithoutKey(exhaustion, failed.shortage())
                        ? new AllProvidersFailedException(keyless, failed)
                        : new AllProvidersFailedException(failed);
            case Exhaustion.DeadlinePassed(var attempts) -> new DeadlineExceededException(attempts);
            case Exhaustion.Stopped(var attempts) -> stopped(attempts);
        };
    }

    private static boolean isWithoutKey(Exhaustion exhaustion, Unavailability shortage) {
        return exhaustion.attempts().isEmpty() && shortage.readyAt().equals(Instant.MAX);
    }

    private static ChatException stopped(List<FailedAttempt> attempts) {
        return switch (attempts.getLast().failure()) {
            case Failure.Cancelled _ -> new ChatCancelledException(attempts);
            case Failure.Interrupted(var message) -> new StreamInterruptedException(message, attempts);
            case Failure _ -> new AttemptFailedException(attempts);
        };
    }

    /// The first of these names, and how many there are beside them.
    static String first(Collection<String> names, int most) {
        String named = names.stream().limit(most).collect(Collectors.joining(", "));
        return names.size() <= most ? named : named + " and " + (names.size() - most) + " more";
    }

    /// The attempts that were made, oldest first; empty where no provider was asked.
    public List<FailedAttempt> attempts() {
        return attempts;
    }
}
