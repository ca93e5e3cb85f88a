package io.keywheel.adapters.http;

import static java.util.stream.Collectors.toUnmodifiableSet;

import io.helidon.http.Headers;
import io.keywheel.adapters.http.anthropic.AnthropicErrors;
import io.keywheel.adapters.http.errors.ErrorFormat;
import io.keywheel.adapters.http.errors.HttpError;
import io.keywheel.adapters.http.errors.RefusedException;
import io.keywheel.adapters.http.models.ModelRoutes;
import io.keywheel.adapters.http.openai.OpenAiErrors;
import io.keywheel.adapters.http.server.PathRules;
import io.keywheel.adapters.http.server.RequestContext;
import io.keywheel.adapters.http.status.ConsoleAsset;
import java.util.HashMap;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Which path belongs to which API.
final class ApiPaths {

    static final String START = "/";
    static final String HEALTH = "/health";
    static final String LIVE = "/health/live";
    static final String READY = "/health/ready";
    static final String METRICS = "/metrics";
    static final List<String> MODELS = List.of("/v1/models", "/openai/v1/models");
    static final String MESSAGES = "/v1/messages";

    private static final Set<String> PROBES = Set.of(LIVE, READY);

    /// What is asked for often: what succeeds there is left out of the log.
    private static final Set<String> QUIET = Set.of(START, HEALTH, METRICS, LIVE, READY);

    /// Exactly these paths, as the client wrote them, need no token, and pages of other origins may link to them:
    /// another spelling of one is guarded.
    static final Set<String> OPEN = Stream.concat(
                    Stream.of(START, LIVE, READY), ConsoleAsset.all().stream().map(ConsoleAsset::path))
            .collect(toUnmodifiableSet());

    private static final Set<String> BELOW_BASE_URL = Set.of("/chat/completions", "/models", "/messages", "/responses");

    private static final ErrorFormat OPENAI = new OpenAiErrors();
    private static final ErrorFormat ANTHROPIC = new AnthropicErrors();

    private ApiPaths() {}

    /// @param own the errors of the native API, and of everything that is no chat
    static PathRules rules(ErrorFormat own) {
        var chats = new HashMap<String, PathRules.ApiNames>();
        for (ChatApi api : ChatApi.values()) {
            api.paths.forEach(path -> chats.put(path, api.names));
        }
        return new PathRules(
                chats,
                PROBES,
                path -> QUIET.contains(path) || path.startsWith(ConsoleAsset.PAGE + "/"),
                ApiPaths::isOfOneModel,
                (path, headers) -> errorsAt(path, headers, own));
    }

    /// Its id may have slashes, which some clients encode and others do not.
    private static boolean isOfOneModel(String path) {
        return path.startsWith("/v1/models/") || path.startsWith("/openai/v1/models/");
    }

    private static ErrorFormat errorsAt(String path, Headers headers, ErrorFormat own) {
        boolean models = MODELS.contains(path) || isOfOneModel(path);
        if (path.equals(MESSAGES)
                || path.startsWith(MESSAGES + "/")
                || MESSAGES.equals(meant(path))
                || (models && headers.contains(ModelRoutes.ANTHROPIC_VERSION))) {
            return ANTHROPIC;
        }
        // Groq has OpenAI's paths below `/openai`.
        return path.startsWith("/v1/") || path.startsWith("/openai/v1/") ? OPENAI : own;
    }

    /// The path that a client means whose base URL lacks its end, or has it twice; null for any other.
    private static @Nullable String meant(String path) {
        String end = path.startsWith("/v1/v1/") ? path.substring("/v1/v1".length()) : path;
        return BELOW_BASE_URL.contains(end) ? "/v1" + end : null;
    }

    /// The refusal of a path that is not registered.
    static RefusedException nothing() {
        String meant = meant(RequestContext.current().path());
        return new RefusedException(
                HttpError.NOT_FOUND,
                "there is nothing at this path" + (meant == null ? "" : "; did you mean " + meant + "?"));
    }
}
