package io.keywheel.adapters.http;

import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.HttpRouting;
import io.keywheel.adapters.http.access.AccessTokenCheck;
import io.keywheel.adapters.http.access.AllowedOrigins;
import io.keywheel.adapters.http.anthropic.MessageRoutes;
import io.keywheel.adapters.http.chat.ChatRoutes;
import io.keywheel.adapters.http.connection.ClientConnections;
import io.keywheel.adapters.http.errors.StandardErrors;
import io.keywheel.adapters.http.metrics.GatewayMetrics;
import io.keywheel.adapters.http.models.ModelRoutes;
import io.keywheel.adapters.http.openai.CompletionRoutes;
import io.keywheel.adapters.http.responses.ResponsesRoutes;
import io.keywheel.adapters.http.server.ActiveChats;
import io.keywheel.adapters.http.server.BodyReader;
import io.keywheel.adapters.http.server.ChatRunner;
import io.keywheel.adapters.http.server.CompletionRecorder;
import io.keywheel.adapters.http.server.ErrorSender;
import io.keywheel.adapters.http.server.PathRules;
import io.keywheel.adapters.http.server.RequestContext;
import io.keywheel.adapters.http.server.RequestFilter;
import io.keywheel.adapters.http.server.Routes;
import io.keywheel.adapters.http.server.ServerLimits;
import io.keywheel.adapters.http.status.ConsoleAsset;
import io.keywheel.adapters.http.status.EventRoutes;
import io.keywheel.adapters.http.status.OpenApiRoutes;
import io.keywheel.adapters.http.status.RefreshRoutes;
import io.keywheel.adapters.http.status.ReloadRoutes;
import io.keywheel.adapters.http.status.RequestRoutes;
import io.keywheel.adapters.http.status.StatusRoutes;
import io.keywheel.adapters.http.status.UsageRoutes;
import io.keywheel.adapters.http.websocket.WebSocketChats;
import io.keywheel.adapters.http.websocket.WebSocketRoutes;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;

/// Assembles and starts the server: first the parts that the APIs share, then the routes of each API with the
/// parts that they need, then the listener. Only this class depends on all APIs. [ApiPaths] has their paths and
/// error formats.
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
        var completionRecorder = new CompletionRecorder(metrics, useCases.usage(), clock);
        var standardErrors = new StandardErrors(clock);
        var paths = new ArrayList<String>();
        PathRules pathRules = ApiPaths.rules(standardErrors, paths);
        var errors = new ErrorSender(pathRules, standardErrors, activeChats);
        var allowedOrigins = new AllowedOrigins(settings.corsOrigins());
        var accessTokenCheck = new AccessTokenCheck(allowedOrigins, ApiPaths.OPEN, settings.accessTokens());
        var bodyReader = new BodyReader(settings.maxBodyBytes());
        var bodyBudget = serverLimits.budget(settings.maxBodyBytes());
        var clientConnections = new ClientConnections(
                serverLimits.timeouts(),
                ServerLimits.framedBytes(settings.maxBodyBytes()),
                bodyBudget,
                serverLimits.answerBudget(),
                serverLimits.connections());

        var webSocketRoutes = new WebSocketRoutes(new WebSocketChats.Services(
                useCases.chats(),
                activeChats,
                errors,
                completionRecorder,
                accessTokenCheck,
                settings.maxBodyBytes(),
                serverLimits.chatsPerSocket()));

        var routing = HttpRouting.builder()
                .addFilter(new RequestFilter(
                        accessTokenCheck, allowedOrigins, activeChats, completionRecorder, pathRules, errors, clock));
        Duration pingInterval = serverLimits.pingInterval();
        var chats = new ChatRunner(useCases.chats(), bodyReader, errors);
        var routes = new Routes(routing, errors, paths);
        var messages = new MessageRoutes(chats, pingInterval);
        for (ApiPaths.ChatApi api : ApiPaths.ChatApi.values()) {
            Handler handler = chats.handler(
                    switch (api) {
                        case NATIVE -> body -> ChatRoutes.parse(body, false);
                        case NATIVE_STREAM -> body -> ChatRoutes.parse(body, true);
                        case CHAT_COMPLETIONS -> new CompletionRoutes(clock)::parse;
                        case RESPONSES -> new ResponsesRoutes(clock, pingInterval)::parse;
                        case MESSAGES -> messages::parse;
                    });
            api.paths.forEach(path -> routes.post(path, handler));
        }
        ApiPaths.COUNT_TOKENS.forEach(path -> routes.post(path, messages::count));
        routes.get(WebSocketRoutes.PATH, webSocketRoutes::refuse);
        var models = new ModelRoutes(useCases.models(), useCases.clients());
        ApiPaths.MODELS.forEach(path -> routes.get(path, models::list).get(path + "/{+id}", models::one));
        var status = new StatusRoutes(useCases.status(), metrics, activeChats, settings.version(), clock);
        routes.get(ApiPaths.START, status::start)
                .get(ApiPaths.HEALTH, status::health)
                .get(ApiPaths.LIVE, status::live)
                .get(ApiPaths.READY, status::ready)
                .get(ApiPaths.METRICS, status::metrics)
                .get("/api/keys", status::keys);
        routes.get("/api/usage", new UsageRoutes(useCases.usage(), useCases.clients())::usage)
                .get("/api/requests", new RequestRoutes(useCases.usage(), useCases.clients())::requests)
                .get(
                        "/api/events",
                        new EventRoutes(useCases.status(), metrics, activeChats, accessTokenCheck, pingInterval)
                                ::events)
                .post("/api/models/refresh", new RefreshRoutes(useCases.models(), bodyReader)::refresh)
                .post("/api/reload", new ReloadRoutes(useCases.reload(), bodyReader)::reload);
        var openApi = new OpenApiRoutes();
        routes.get("/openapi", openApi::asAccepted)
                .get("/openapi.json", openApi::asJson)
                .get("/openapi.yaml", openApi::asYaml);
        ConsoleAsset.all().forEach(consoleAsset -> routes.get(consoleAsset.path(), consoleAsset::send));
        routing.any(errors.guard((_, _) -> {
            throw pathRules.notFound().apply(RequestContext.current().path());
        }));

        WebServer server = ListenerConfig.of(settings, serverLimits)
                .directHandlers(new DirectErrors(completionRecorder, pathRules, clock).handlers())
                .addConnectionSelector(clientConnections.over(ListenerConfig.http(webSocketRoutes)))
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

    void stop() {
        listenerWatchdog.close();
        server.stop();
        clientConnections.close();
    }
}
