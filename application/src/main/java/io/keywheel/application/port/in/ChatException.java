package io.keywheel.application.port.in;

import io.keywheel.domain.failover.Exhaustion;
import io.keywheel.domain.failover.FailedAttempt;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.routing.ModelCatalog;
import io.keywheel.domain.routing.ProviderId;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/// A chat that got no answer, or not the whole of it.
public abstract sealed class ChatException extends RuntimeException
        permits ChatException.AllFailedException,
                ChatException.AttemptFailedException,
                ChatException.StreamInterruptedException,
                ChatException.DeadlineExceededException,
                ChatException.ChatCancelledException,
                ChatException.UnknownProviderException,
                UnknownModelException,
                ClientRefusedException {

    private static final long serialVersionUID = 1;

    private final transient List<FailedAttempt> attempts;

    ChatException(String message, List<FailedAttempt> attempts) {
        super(message);
        this.attempts = List.copyOf(attempts);
    }

    /// The attempts that were made, oldest first; empty where no provider was asked.
    public List<FailedAttempt> attempts() {
        return attempts;
    }

    /// No key answered, or none could be asked.
    public abstract static sealed class AllFailedException extends ChatException
            permits AllKeysFailedException, AllProvidersFailedException {

        private static final long serialVersionUID = 1;

        private final transient Exhaustion.AllFailed exhaustion;

        private AllFailedException(String message, Exhaustion.AllFailed exhaustion) {
            super(message, exhaustion.attempts());
            this.exhaustion = exhaustion;
        }

        /// What became of each key. The `readyAt` of the [unavailability][Exhaustion.AllFailed#unavailability]
        /// is the time of day at which the first key may be asked again.
        public Exhaustion.AllFailed exhaustion() {
            return exhaustion;
        }
    }

    /// The route leads to one provider.
    public static final class AllKeysFailedException extends AllFailedException {

        private static final long serialVersionUID = 1;

        private AllKeysFailedException(String message, Exhaustion.AllFailed exhaustion) {
            super(message, exhaustion);
        }
    }

    /// The route leads to several providers, or would if more had keys.
    public static final class AllProvidersFailedException extends AllFailedException {

        private static final long serialVersionUID = 1;

        private AllProvidersFailedException(String message, Exhaustion.AllFailed exhaustion) {
            super(message, exhaustion);
        }
    }

    /// One attempt's failure is the answer: the provider refused the request itself, or the caller wanted no
    /// fallback.
    public static final class AttemptFailedException extends ChatException {

        private static final long serialVersionUID = 1;

        /// @param attempts at least one
        public AttemptFailedException(List<FailedAttempt> attempts) {
            super(attempts.getLast().failure().message(), attempts);
        }

        /// The attempt that decided it.
        public FailedAttempt last() {
            return attempts().getLast();
        }
    }

    /// The answer broke off after its first content. What was delivered stays valid.
    public static final class StreamInterruptedException extends ChatException {

        private static final long serialVersionUID = 1;

        public StreamInterruptedException(String message, List<FailedAttempt> attempts) {
            super(message, attempts);
        }
    }

    /// The request's time ran out.
    public static final class DeadlineExceededException extends ChatException {

        private static final long serialVersionUID = 1;

        public DeadlineExceededException(List<FailedAttempt> attempts) {
            super("The request took longer than it may", attempts);
        }
    }

    /// The client disconnected, its thread was interrupted, or the gateway was closed.
    public static final class ChatCancelledException extends ChatException {

        private static final long serialVersionUID = 1;

        public ChatCancelledException(List<FailedAttempt> attempts) {
            super("The request was cancelled", attempts);
        }
    }

    /// The provider that the caller named is not in the rotation, or not among the targets of the model.
    public static final class UnknownProviderException extends ChatException {

        private static final long serialVersionUID = 1;

        private final transient List<String> known;

        /// @param known the providers there are, in rotation order
        public UnknownProviderException(String provider, List<String> known) {
            super("There is no provider '" + provider + "'", List.of());
            this.known = List.copyOf(known);
        }

        /// @param known the providers that the virtual model leads to
        public UnknownProviderException(String model, String provider, List<String> known) {
            super("The model '" + model + "' has no target at '" + provider + "'", List.of());
            this.known = List.copyOf(known);
        }

        /// The providers that the caller could name.
        public List<String> known() {
            return known;
        }
    }

    /// The exception for `exhaustion`.
    ///
    /// @param name the model that the caller asked for
    /// @param known the models to suggest from
    public static ChatException of(Exhaustion exhaustion, String name, ModelCatalog known) {
        return switch (exhaustion) {
            case Exhaustion.NoSuchModel missing -> UnknownModelException.of(missing, name, known);
            case Exhaustion.AllFailed failed
            when isWithoutKey(failed) -> allFailed("No target of '" + name + "' has a key", failed);
            case Exhaustion.AllFailed failed -> allFailed(failed);
            case Exhaustion.DeadlinePassed(var attempts) -> new DeadlineExceededException(attempts);
            case Exhaustion.Closed(var attempts) -> new ChatCancelledException(attempts);
            case Exhaustion.Stopped(var attempts) ->
                switch (attempts.getLast().failure()) {
                    case Failure.Cancelled _ -> new ChatCancelledException(attempts);
                    case Failure.Interrupted(var message) -> new StreamInterruptedException(message, attempts);
                    case Failure _ -> new AttemptFailedException(attempts);
                };
        };
    }

    private static boolean isWithoutKey(Exhaustion.AllFailed failed) {
        return failed.attempts().isEmpty() && failed.unavailability().readyAt().equals(Instant.MAX);
    }

    /// The exception for a request that no key answered.
    public static AllFailedException allFailed(Exhaustion.AllFailed failed) {
        if (failed.outOfAttempts()) {
            return allFailed("All attempts failed, though a key is ready", failed);
        }
        ProviderId only = failed.provider();
        return allFailed(only == null ? "All providers failed" : "All keys of " + only + " failed", failed);
    }

    /// The first of these names, and how many there are beside them.
    static String first(Collection<String> names, int most) {
        String named = names.stream().limit(most).collect(Collectors.joining(", "));
        return names.size() <= most ? named : named + " and " + (names.size() - most) + " more";
    }

    private static AllFailedException allFailed(String message, Exhaustion.AllFailed failed) {
        return failed.provider() == null
                ? new AllProvidersFailedException(message, failed)
                : new AllKeysFailedException(message, failed);
    }
}
