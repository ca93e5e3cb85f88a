package io.keywheel.adapters.http.errors;

import io.keywheel.application.port.in.AllKeysFailedException;
import io.keywheel.application.port.in.AllProvidersFailedException;
import io.keywheel.application.port.in.AttemptFailedException;
import io.keywheel.application.port.in.ChatCancelledException;
import io.keywheel.application.port.in.ChatException;
import io.keywheel.application.port.in.ClientRefusedException;
import io.keywheel.application.port.in.DeadlineExceededException;
import io.keywheel.application.port.in.StreamInterruptedException;
import io.keywheel.application.port.in.UnknownModelException;
import io.keywheel.application.port.in.UnknownProviderException;
import io.keywheel.domain.failover.Failure;

/// The errors of an API that follows the native one wherever it has no convention of its own.
public interface DerivedErrorFormat extends ErrorFormat {

    /// The native API's errors.
    StandardErrors own();

    /// For a chat that no key answered.
    ///
    /// @param byRateLimit whether rate limits alone are the cause
    ErrorResponse exhausted(ErrorResponse standard, ChatException e, boolean byRateLimit);

    /// For a chat that ended with the failure of one attempt.
    ErrorResponse attempt(ErrorResponse standard, Failure failure);

    @Override
    default ErrorResponse of(ChatException e) {
        ErrorResponse standard = own().of(e);
        return switch (e) {
            case AllKeysFailedException failed ->
                exhausted(standard, e, failed.exhaustion().isByRateLimit());
            case AllProvidersFailedException failed ->
                exhausted(standard, e, failed.exhaustion().isByRateLimit());
            case AttemptFailedException failed ->
                attempt(standard, failed.last().failure());
            case UnknownModelException _,
                    UnknownProviderException _,
                    ClientRefusedException _,
                    StreamInterruptedException _,
                    DeadlineExceededException _,
                    ChatCancelledException _ -> of(standard);
        };
    }

    @Override
    default ErrorResponse of(RefusedException e) {
        return of(own().of(e));
    }
}
