package io.keywheel.adapters.http;

import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.HttpRouting;
import io.keywheel.adapters.http.access.AccessTokenCheck;
import io.keywheel.adapters.http.access.AllowedOrigins;
import io.keywheel.adapters.http.anthropic.AnthropicHandlers;
import io.keywheel.adapters.http.chat.NativeChatParser;
import io.keywheel.adapters.http.connection.ClientConnections;
import io.keywheel.adapters.http.errors.StandardErrors;
import io.keywheel.adapters.http.metrics.GatewayMetrics;
import io.keywheel.adapters.http.models.ModelHandlers;
import io.keywheel.adapters.http.openai.OpenAiRequest;
import io.keywheel.adapters.http.responses.ResponsesRequest;
import io.keywheel.adapters.http.server.ActiveChats;
import io.keywheel.adapters.http.server.BodyReader;
import io.keywheel.adapters.http.server.ChatRunner;
import io.keywheel.adapters.http.server.Endpoints;
import io.keywheel.adapters.http.server.ErrorSender;
import io.keywheel.adapters.http.server.PathRules;
import io.keywheel.adapters.http.server.RequestContext;
import io.keywheel.adapters.http.server.RequestFilter;
import io.keywheel.adapters.http.server.RequestRecorder;
import io.keywheel.adapters.http.server.ServerLimits;
import io.keywheel.adapters.http.status.ConsoleAsset;
import io.keywheel.adapters.http.status.EventsHandler;
import io.keywheel.adapters.http.status.OpenApiHandlers;
import io.keywheel.adapters.http.status.ReloadHandler;
import io.keywheel.adapters.http.status.StatusHandlers;
import io.keywheel.adapters.http.status.UsageHandler;
import io.keywheel.adapters.http.websocket.WebSocketChats;
import io.keywheel.adapters.http.websocket.WebSocketUpgrader;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;

/// Assembles and starts the server: the parts that the APIs share, the endpoints of each API, then the listener.
/// Only this class depends on all APIs. [ApiPaths] has the error format of each path, and most paths.
record HttpAssembly(
        WebServer server,
        ListenerWatchdog listenerWatchdog,
        ClientConnections clientConnections,
        ActiveChats activeChats,
        AccessTokenCheck accessTokenCheck) {

    static HttpAssembly start(
            HttpGateway.Settings settings,
            ServerLimits serverLimits,
            HttpGateway.UseCases useCases,
            GatewayMetrics metrics,
            InstantSource clock) {
        ListenerWatchdog.requireFree(settings.host(), settings.port());
        var activeChats = new ActiveChats(serverLimits.chats());
        var requestRecorder = new RequestRecorder(metrics, useCases.usage(), clock);
        var standardErrors = new StandardErrors(clock);
        var paths = new ArrayList<String>();
        PathRules pathRules = ApiPaths.rules(standardErrors, paths);
        var errors = new ErrorSender(pathRules, standardErrors, activeChats);
        var allowedOrigins = new AllowedOrigins(settings.corsOrigins());
        var accessTokenCheck = new AccessTokenCheck(allowedOrigins, ApiPaths.OPEN, settings.accessTokens());
        var bodyReader = new BodyReader(settings.maxBodyBytes());
        var clientConnections = new ClientConnections(
                serverLimits.timeouts(),
                ServerLimits.framedBytes(settings.maxBodyBytes()),
                serverLimits.budget(settings.maxBodyBytes()),
                serverLimits.answerBudget(),
                serverLimits.connections());

        var webSocketUpgrader = new WebSocketUpgrader(new WebSocketChats.Services(
                useCases.chats(), activeChats, errors, requestRecorder, accessTokenCheck, settings.maxBodyBytes()));

        var routing = HttpRouting.builder()
                .addFilter(new RequestFilter(
                        accessTokenCheck, allowedOrigins, requestRecorder, pathRules, errors, activeChats));
        Duration pingInterval = serverLimits.pingInterval();
        var chats = new ChatRunner(useCases.chats(), bodyReader, errors);
        var endpoints = new Endpoints(routing, errors, paths);
        addChats(chats, pingInterval, clock, endpoints);
        var models = new ModelHandlers(useCases.models(), useCases.modelRefresh(), useCases.clients(), bodyReader);
        ApiPaths.MODELS.forEach(path -> endpoints.get(path, models::list).get(path + "/{+id}", models::one));
        var usage = new UsageHandler(useCases.usage(), useCases.clients(), activeChats);
        var status = new StatusHandlers(useCases.status(), metrics, activeChats, settings.version(), clock);
        var openApi = new OpenApiHandlers();
        endpoints
                .get(WebSocketUpgrader.PATH, webSocketUpgrader::refuse)
                .get(ApiPaths.START, status::start)
                .get(ApiPaths.HEALTH, status::health)
                .get(ApiPaths.LIVE, status::live)
                .get(ApiPaths.READY, status::ready)
                .get(ApiPaths.METRICS, status::metrics)
                .get("/api/keys", status::keys)
                .get("/api/usage", usage::usage)
                .get("/api/requests", usage::requests)
                .get(
                        "/api/events",
                        new EventsHandler(useCases.status(), metrics, activeChats, accessTokenCheck, pingInterval)
                                ::events)
                .post("/api/models/refresh", models::refresh)
                .post("/api/reload", new ReloadHandler(useCases.reload(), bodyReader)::reload)
                .get("/openapi", openApi::asAccepted)
                .get("/openapi.json", openApi::asJson)
                .get("/openapi.yaml", openApi::asYaml);
        ConsoleAsset.all().forEach(consoleAsset -> endpoints.get(consoleAsset.path(), consoleAsset::send));
        routing.any(errors.guard((_, _) -> {
            throw pathRules.notFound().apply(RequestContext.current().path());
        }));

        WebServer server = ListenerConfig.of(settings, serverLimits)
                .directHandlers(new DirectErrors(requestRecorder, pathRules).handlers())
                .addConnectionSelector(clientConnections.over(ListenerConfig.http(webSocketUpgrader)))
                .routing(routing)
                .build()
                .start();
        if (!server.isRunning()) {
            // Another program bound the address after the check.
            clientConnections.close();
            throw new HttpGateway.CannotListenException(
                    settings.host(), settings.port(), HttpGateway.CannotListenException.IN_USE, null);
        }
        var listenerWatchdog = ListenerWatchdog.at(settings.host(), server.port());
        return new HttpAssembly(server, listenerWatchdog, clientConnections, activeChats, accessTokenCheck);
    }

    private static void addChats(ChatRunner chats, Duration pingInterval, InstantSource clock, Endpoints endpoints) {
        var messages = new AnthropicHandlers(chats, pingInterval);
        for (ApiPaths.ChatApi api : ApiPaths.ChatApi.values()) {
            Handler handler = chats.handler(
                    switch (api) {
                        case NATIVE -> body -> NativeChatParser.parse(body, false);
                        case NATIVE_STREAM -> body -> NativeChatParser.parse(body, true);
                        case CHAT_COMPLETIONS -> body -> OpenAiRequest.parse(body, clock.instant());
                        case RESPONSES -> body -> ResponsesRequest.parse(body, clock, pingInterval);
                        case MESSAGES -> messages::parse;
                    });
            api.paths.forEach(path -> endpoints.post(path, handler));
        }
        ApiPaths.COUNT_TOKENS.forEach(path -> endpoints.post(path, messages::count));
    }

    void stop() {
        listenerWatchdog.close();
        server.stop();
        clientConnections.close();
    }
}
