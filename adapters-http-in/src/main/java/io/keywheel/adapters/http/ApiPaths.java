package io.keywheel.adapters.http;

import static java.util.stream.Collectors.toUnmodifiableSet;

import io.helidon.http.Headers;
import io.keywheel.adapters.http.anthropic.AnthropicErrors;
import io.keywheel.adapters.http.errors.ErrorFormat;
import io.keywheel.adapters.http.errors.HttpError;
import io.keywheel.adapters.http.errors.RefusedException;
import io.keywheel.adapters.http.models.ModelHandlers;
import io.keywheel.adapters.http.openai.OpenAiErrors;
import io.keywheel.adapters.http.server.PathRules;
import io.keywheel.adapters.http.server.PathRules.ApiNames;
import io.keywheel.adapters.http.status.ConsoleAsset;
import io.keywheel.domain.routing.NearestNames;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The paths of the APIs, and the error format of each path.
final class ApiPaths {

    static final String START = "/";
    static final String HEALTH = "/health";
    static final String LIVE = "/health/live";
    static final String READY = "/health/ready";
    static final String METRICS = "/metrics";
    static final List<String> MODELS = withAlias("/v1/models");
    static final List<String> COUNT_TOKENS = withAlias("/v1/messages/count_tokens");
    private static final String MESSAGES = "/v1/messages";

    /// Each path below `/v1` exists below `/openai/v1`, too, which Groq's client appends to its base URL.
    private static final String ALIAS = "/openai";

    private static final Set<String> HEALTH_CHECKS = Set.of(LIVE, READY);

    /// Frequently polled paths; successful requests to them are not logged.
    private static final Set<String> UNLOGGED = Set.of(START, HEALTH, METRICS, LIVE, READY);

    /// Paths that need no access token and that pages of other origins may link to. The raw path must match
    /// exactly; any other spelling needs the token.
    static final Set<String> OPEN = Stream.concat(
                    Stream.of(START, LIVE, READY), ConsoleAsset.all().stream().map(ConsoleAsset::path))
            .collect(toUnmodifiableSet());

    /// Paths with superfluous slashes, or whose base URL lacks `/v1`, repeats it, or is the path of an API. The last
    /// group is the intended path below `/v1`.
    private static final Pattern MISTAKEN = Pattern.compile(
            "/{1,2}((v1|chat/completions|messages|responses)/+){0,3}(chat/completions|models|messages|responses)/*");

    private static final ErrorFormat OPENAI = new OpenAiErrors();
    private static final ErrorFormat ANTHROPIC = new AnthropicErrors();

    private ApiPaths() {}

    enum ChatApi {
        NATIVE(new ApiNames("json"), List.of("/api/chat")),
        NATIVE_STREAM(new ApiNames("sse"), List.of("/api/chat/stream")),
        CHAT_COMPLETIONS(new ApiNames("openai", "openai_stream"), withAlias("/v1/chat/completions")),
        RESPONSES(new ApiNames("responses", "responses_stream"), withAlias("/v1/responses")),
        MESSAGES(new ApiNames("messages", "messages_stream"), withAlias(ApiPaths.MESSAGES));

        final ApiNames names;
        final List<String> paths;

        ChatApi(ApiNames names, List<String> paths) {
            this.names = names;
            this.paths = paths;
        }
    }

    private static List<String> withAlias(String path) {
        return List.of(path, ALIAS + path);
    }

    private static String withoutAlias(String path) {
        return path.startsWith(ALIAS + "/v1/") ? path.substring(ALIAS.length()) : path;
    }

    /// @param nativeFormat the error format of the native API, and of paths that belong to no compatible API
    /// @param registered all paths without parameters, once the server listens
    static PathRules rules(ErrorFormat nativeFormat, Collection<String> registered) {
        var chats = new HashMap<String, ApiNames>();
        for (ChatApi api : ChatApi.values()) {
            api.paths.forEach(path -> chats.put(path, api.names));
        }
        return new PathRules(
                chats,
                HEALTH_CHECKS,
                path -> UNLOGGED.contains(path) || path.startsWith(ConsoleAsset.PAGE + "/"),
                ApiPaths::isModelPath,
                (path, headers) -> errorFormat(path, headers, nativeFormat),
                path -> notFound(path, registered));
    }

    /// A model id may contain slashes; some clients percent-encode them.
    private static boolean isModelPath(String path) {
        return withoutAlias(path).startsWith("/v1/models/");
    }

    private static ErrorFormat errorFormat(String requested, Headers headers, ErrorFormat nativeFormat) {
        String path = withoutAlias(requested);
        boolean models = MODELS.contains(path) || isModelPath(path);
        // The search spares most requests the pattern.
        if (path.startsWith(MESSAGES + "/")
                || (path.contains("/messages") && MESSAGES.equals(intendedPath(path)))
                || (models && headers.contains(ModelHandlers.ANTHROPIC_VERSION))) {
            return ANTHROPIC;
        }
        return path.startsWith("/v1/") ? OPENAI : nativeFormat;
    }

    /// The intended path of a client with a wrong base URL; null if none is recognized.
    private static @Nullable String intendedPath(String path) {
        var matcher = MISTAKEN.matcher(path);
        return matcher.matches() ? "/v1/" + matcher.group(3) : null;
    }

    private static RefusedException notFound(String path, Collection<String> registered) {
        String own = withoutAlias(path);
        String alias = path.substring(0, path.length() - own.length());
        String intended = intendedPath(own);
        List<String> near = intended == null
                // The alias would make each of its paths similar.
                ? NearestNames.nearest(own, registered, 1).stream()
                        .map(alias::concat)
                        .toList()
                : List.of(intended);
        return new RefusedException(
                HttpError.NOT_FOUND,
                "there is nothing at this path"
                        + (near.isEmpty()
                                ? "; this gateway serves chats, and /openapi lists its paths"
                                : NearestNames.suggestion(near)));
    }
}
