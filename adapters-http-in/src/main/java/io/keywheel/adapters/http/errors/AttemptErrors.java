package io.keywheel.adapters.http.errors;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keywheel.adapters.http.json.JsonWriter;
import io.keywheel.application.port.in.AttemptFailedException;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.UpstreamError;

/// How the native API passes on the failure of the one attempt that decides.
public final class AttemptErrors {

    private AttemptErrors() {}

    public static ErrorResponse of(AttemptFailedException e) {
        Failure failure = e.last().failure();
        return new ErrorResponse(
                statusOf(failure),
                failure.kind().label(),
                failure.message(),
                details(e, failure),
                failure.requestedPause().orElse(null));
    }

    private static int statusOf(Failure failure) {
        return switch (failure) {
            case Failure.Rejected(var upstreamError) -> passedOn(upstreamError.status());
            case Failure.TooLarge _ -> 413;
            case Failure.Unsupported _ -> 400;
            case Failure.ModelUnavailable _ -> 404;
            case Failure.TimedOut _, Failure.OutOfTime _ -> 504;
            case Failure.Interrupted _ -> 502;
            case Failure.RateLimited _,
                    Failure.Overloaded _,
                    Failure.KeyRefused _,
                    Failure.AccountBlocked _,
                    Failure.Unavailable _,
                    Failure.EmptyReply _,
                    Failure.Unattributed _,
                    Failure.Cancelled _ -> 503;
        };
    }

    private static int passedOn(int status) {
        return status >= 400 && status < 500 ? status : 502;
    }

    private static ObjectNode details(AttemptFailedException e, Failure failure) {
        ObjectNode details = FailureDetails.byKey(e.attempts());
        UpstreamError upstreamError = failure.refusal();
        if (upstreamError != null) {
            details.set("upstream", words(upstreamError));
        }
        return details;
    }

    private static ObjectNode words(UpstreamError upstreamError) {
        return JsonWriter.object()
                .put("status", upstreamError.status())
                .put("type", upstreamError.type())
                .put("param", upstreamError.param())
                .put("code", upstreamError.code());
    }
}
