package io.keywheel.application.port.in;

import io.keywheel.domain.client.BudgetCheck;
import io.keywheel.domain.client.ClientLimit;
import io.keywheel.domain.client.ClientRule;
import io.keywheel.domain.routing.NameList;
import io.keywheel.domain.routing.NearestNames;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The client's rule does not allow the request. No key was called.
public final class ClientRefusedException extends ChatException {

    /// Why the rule refuses the request.
    public enum Reason {
        /// The client may not use the model.
        MODEL_NOT_ALLOWED,
        /// For now, a limit of the client has no room for another request, or not for the estimated tokens of this
        /// one.
        CLIENT_LIMITED,
        /// The estimated tokens of this request alone exceed the limit.
        REQUEST_TOO_LARGE
    }

    private final Reason reason;
    private final @Nullable ClientLimit limit;
    private final @Nullable Duration retryAfter;

    private ClientRefusedException(
            String message, Reason reason, @Nullable ClientLimit limit, @Nullable Duration retryAfter) {
        super(message, List.of());
        this.reason = reason;
        this.limit = limit;
        this.retryAfter = retryAfter;
    }

    /// @param model the model as the client wrote it
    /// @param rule lists the models that the client may use
    public static ClientRefusedException notAllowed(String client, String model, ClientRule rule) {
        var allowed = new LinkedHashSet<>(NearestNames.nearest(model, rule.models(), NearestNames.MOST));
        allowed.addAll(rule.models());
        return new ClientRefusedException(
                "The client " + client + " may not use the model '" + model + "'; it may use "
                        + NameList.joined(allowed),
                Reason.MODEL_NOT_ALLOWED,
                null,
                null);
    }

    /// @param estimate the estimated tokens of the request
    public static ClientRefusedException of(String client, BudgetCheck.Refused refused, long estimate) {
        String limit = refused.limit().written(refused.most());
        String need = "The request is estimated to need " + estimate + " tokens, ";
        Duration retryAfter = refused.retryAfter();
        if (retryAfter == null) {
            String message = need + "more than the client " + client + " may use: " + limit;
            return new ClientRefusedException(message, Reason.REQUEST_TOO_LARGE, refused.limit(), null);
        }
        String reason = refused.remaining() > 0
                ? need + "and the client " + client + " has " + refused.remaining() + " left of its limit of " + limit
                : "The client " + client + " has reached its limit of " + limit;
        String message =
                reason + ": try again in " + retryAfter.plusNanos(999_999_999).toSeconds() + " s";
        return new ClientRefusedException(message, Reason.CLIENT_LIMITED, refused.limit(), retryAfter);
    }

    public Reason reason() {
        return reason;
    }

    /// The limit that refused the request; null for `MODEL_NOT_ALLOWED`.
    public @Nullable ClientLimit limit() {
        return limit;
    }

    /// The delay before a retry; null if a retry would not help.
    public @Nullable Duration retryAfter() {
        return retryAfter;
    }
}
