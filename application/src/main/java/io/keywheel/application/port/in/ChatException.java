package io.keywheel.application.port.in;

import io.keywheel.domain.failover.Exhaustion;
import io.keywheel.domain.failover.FailedAttempt;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.routing.ModelCatalog;
import io.keywheel.domain.routing.NameList;
import io.keywheel.domain.routing.ProviderId;
import java.time.Instant;
import java.util.List;

/// A chat that got no answer, or only a part of it.
public abstract sealed class ChatException extends RuntimeException
        permits ChatException.AllFailedException,
                ChatException.AttemptFailedException,
                ChatException.StreamInterruptedException,
                ChatException.DeadlineExceededException,
                ChatException.ChatCancelledException,
                ChatException.UnknownProviderException,
                UnknownModelException,
                ClientRefusedException {

    private final List<FailedAttempt> attempts;

    ChatException(String message, List<FailedAttempt> attempts) {
        super(message);
        this.attempts = List.copyOf(attempts);
    }

    /// The failed attempts, oldest first; empty if no provider was called.
    public List<FailedAttempt> attempts() {
        return attempts;
    }

    /// Includes the failed attempts, for a stack trace: `… (groq/1:rate_limited, cerebras/1:timed_out)`.
    @Override
    public String toString() {
        return attempts.isEmpty() ? super.toString() : super.toString() + " (" + NameList.joined(attempts) + ")";
    }

    /// No key answered, or no key was ready.
    public static final class AllFailedException extends ChatException {

        private final Exhaustion.AllFailed exhaustion;

        private AllFailedException(String message, List<FailedAttempt> attempts, Exhaustion.AllFailed exhaustion) {
            super(message, attempts);
            this.exhaustion = exhaustion;
        }

        /// The outcome of each key. The `readyAt` of the [unavailability][Exhaustion.AllFailed#unavailability] is
        /// the time of day at which the first key is ready again; [Instant#MAX] if the route has no key.
        public Exhaustion.AllFailed exhaustion() {
            return exhaustion;
        }
    }

    /// The failure of one attempt is returned: the provider rejected the request, or the caller disabled fallback.
    public static final class AttemptFailedException extends ChatException {

        /// @param attempts at least one
        public AttemptFailedException(List<FailedAttempt> attempts) {
            super(attempts.getLast().failure().message(), attempts);
        }

        public FailedAttempt last() {
            return attempts().getLast();
        }
    }

    /// The stream broke off after its first content. Delivered content stays valid.
    public static final class StreamInterruptedException extends ChatException {

        public StreamInterruptedException(String message, List<FailedAttempt> attempts) {
            super(message, attempts);
        }
    }

    /// The request's deadline passed; for a stream, before its first content.
    public static final class DeadlineExceededException extends ChatException {

        public DeadlineExceededException(List<FailedAttempt> attempts) {
            super("The request exceeded its deadline", attempts);
        }
    }

    /// The client disconnected, its thread was interrupted, or the gateway was closed.
    public static final class ChatCancelledException extends ChatException {

        public ChatCancelledException(List<FailedAttempt> attempts) {
            super("The request was cancelled", attempts);
        }
    }

    /// The provider that the caller named is not in the rotation, or not among the targets of the model.
    public static final class UnknownProviderException extends ChatException {

        private final List<String> known;

        /// @param known the providers in rotation order
        public UnknownProviderException(String provider, List<String> known) {
            super("There is no provider '" + provider + "'", List.of());
            this.known = List.copyOf(known);
        }

        /// @param known the providers of the virtual model's targets
        public UnknownProviderException(String model, String provider, List<String> known) {
            super("The model '" + model + "' has no target at '" + provider + "'", List.of());
            this.known = List.copyOf(known);
        }

        /// The providers that the caller could name.
        public List<String> known() {
            return known;
        }
    }

    /// @param attempts at least one for [Exhaustion.Stopped]
    /// @param name the model that the caller asked for
    /// @param known the models to suggest from
    public static ChatException of(
            Exhaustion exhaustion, List<FailedAttempt> attempts, String name, ModelCatalog known) {
        return switch (exhaustion) {
            case Exhaustion.NoSuchModel missing -> UnknownModelException.of(missing, attempts, name, known);
            case Exhaustion.AllFailed failed
            when attempts.isEmpty() && failed.unavailability().readyAt().equals(Instant.MAX) ->
                new AllFailedException("No target of '" + name + "' has a key", attempts, failed);
            case Exhaustion.AllFailed failed -> allFailed(attempts, failed);
            case Exhaustion.DeadlinePassed _ -> new DeadlineExceededException(attempts);
            case Exhaustion.Closed _ -> new ChatCancelledException(attempts);
            case Exhaustion.Stopped _ ->
                switch (attempts.getLast().failure()) {
                    case Failure.Cancelled _ -> new ChatCancelledException(attempts);
                    case Failure.Interrupted(var message, var _) -> new StreamInterruptedException(message, attempts);
                    case Failure _ -> new AttemptFailedException(attempts);
                };
        };
    }

    /// As [#of], if some target has a key.
    public static AllFailedException allFailed(List<FailedAttempt> attempts, Exhaustion.AllFailed failed) {
        ProviderId only = failed.provider();
        String message = only == null ? "All providers failed" : "All keys of " + only + " failed";
        return new AllFailedException(
                failed.outOfAttempts() ? "All attempts failed, though a key is ready" : message, attempts, failed);
    }
}
