package io.keywheel.adapters.http;

import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import io.keywheel.adapters.http.access.AccessTokenCheck;
import io.keywheel.adapters.http.access.AllowedOrigins;
import io.keywheel.adapters.http.anthropic.AnthropicErrors;
import io.keywheel.adapters.http.anthropic.MessageRoutes;
import io.keywheel.adapters.http.chat.ChatRoutes;
import io.keywheel.adapters.http.connection.ClientConnections;
import io.keywheel.adapters.http.errors.StandardErrors;
import io.keywheel.adapters.http.metrics.RequestMetrics;
import io.keywheel.adapters.http.openai.CompletionRoutes;
import io.keywheel.adapters.http.openai.ModelRoutes;
import io.keywheel.adapters.http.openai.OpenAiErrors;
import io.keywheel.adapters.http.responses.ResponsesRoutes;
import io.keywheel.adapters.http.server.ActiveChats;
import io.keywheel.adapters.http.server.BodyReader;
import io.keywheel.adapters.http.server.ChatRunner;
import io.keywheel.adapters.http.server.CompletionRecorder;
import io.keywheel.adapters.http.server.ErrorSender;
import io.keywheel.adapters.http.server.PathRules;
import io.keywheel.adapters.http.server.RequestFilter;
import io.keywheel.adapters.http.server.ServerLimits;
import io.keywheel.adapters.http.status.ConsoleRoutes;
import io.keywheel.adapters.http.status.EventRoutes;
import io.keywheel.adapters.http.status.OpenApiRoutes;
import io.keywheel.adapters.http.status.RefreshRoutes;
import io.keywheel.adapters.http.status.ReloadRoutes;
import io.keywheel.adapters.http.status.RequestRoutes;
import io.keywheel.adapters.http.status.StatusRoutes;
import io.keywheel.adapters.http.status.StatusSampler;
import io.keywheel.adapters.http.status.UsageRoutes;
import io.keywheel.adapters.http.websocket.WebSocketChats;
import io.keywheel.adapters.http.websocket.WebSocketRoutes;
import java.time.InstantSource;

/// Puts the server together.
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
            RequestMetrics metrics,
            InstantSource clock) {
        new ListenAddress(settings.host(), settings.port()).mustBeFree();
        var activeChats = new ActiveChats(serverLimits.chats());
        var completionRecorder = new CompletionRecorder(metrics, useCases.usage(), clock);
        var standardErrors = new StandardErrors(clock);
        var errors = new ErrorSender(standardErrors, activeChats);
        var openAiErrors = new ErrorSender(new OpenAiErrors(standardErrors), activeChats);
        var anthropicErrors = new ErrorSender(new AnthropicErrors(standardErrors), activeChats);
        var paths = new ApiPaths(errors, openAiErrors, anthropicErrors);
        PathRules pathRules = paths.rules();
        var allowedOrigins = new AllowedOrigins(settings.corsOrigins());
        var accessTokenCheck = new AccessTokenCheck(allowedOrigins, ApiPaths.OPEN, settings.accessTokens());
        var bodyReader = new BodyReader(settings.maxBodyBytes());
        var bodyBudget = serverLimits.budget(settings.maxBodyBytes());
        var clientConnections = new ClientConnections(
                serverLimits.timeouts(settings.maxBodyBytes()),
                bodyBudget,
                serverLimits.answerBudget(),
                serverLimits.connections());

        var services = new WebSocketChats.Services(useCases.chats(), activeChats, errors, completionRecorder);
        var webSocketRoutes =
                new WebSocketRoutes(accessTokenCheck, services, settings.maxBodyBytes(), serverLimits.chatsPerSocket());

        var statusSampler = new StatusSampler(useCases.status(), metrics, activeChats);
        var routing = HttpRouting.builder()
                .addFilter(
                        new RequestFilter(accessTokenCheck, allowedOrigins, activeChats, completionRecorder, pathRules))
                .register(new ChatRoutes(new ChatRunner(useCases.chats(), errors), bodyReader, errors))
                .register(new CompletionRoutes(
                        new ChatRunner(useCases.chats(), openAiErrors), bodyReader, openAiErrors, clock))
                .register(new ResponsesRoutes(
                        new ChatRunner(useCases.chats(), openAiErrors),
                        bodyReader,
                        openAiErrors,
                        clock,
                        serverLimits.quiet()))
                .register(new MessageRoutes(
                        new ChatRunner(useCases.chats(), anthropicErrors),
                        bodyReader,
                        anthropicErrors,
                        serverLimits.quiet()))
                .register(new ModelRoutes(useCases.models(), useCases.clients(), openAiErrors, anthropicErrors))
                .register(webSocketRoutes)
                .register(new OpenApiRoutes(errors))
                .register(new RefreshRoutes(useCases.models(), bodyReader, errors))
                .register(new ReloadRoutes(useCases.reload(), bodyReader, errors))
                .register(new StatusRoutes(
                        useCases.status(),
                        metrics,
                        activeChats,
                        errors,
                        settings.product().name(),
                        settings.product().version()))
                .register(new UsageRoutes(useCases.usage(), useCases.clients(), errors))
                .register(new RequestRoutes(useCases.usage(), useCases.clients(), errors))
                .register(new ConsoleRoutes(errors))
                .register(new EventRoutes(statusSampler, activeChats, accessTokenCheck, serverLimits.quiet(), errors));
        paths.refuseOthers(routing);

        WebServer server = ListenerConfig.of(settings, serverLimits)
                .directHandlers(new DirectErrors(completionRecorder, pathRules).handlers())
                .addConnectionSelector(clientConnections.over(ListenerConfig.http(webSocketRoutes)))
                .routing(routing)
                .build()
                .start();
        if (!server.isRunning()) {
            // Another program took the address a moment ago.
            clientConnections.close();
            throw new HttpGateway.CannotListenException("another program has it");
        }
        var listenerWatchdog = ListenerWatchdog.at(new ListenAddress(settings.host(), server.port()));
        return new HttpAssembly(server, listenerWatchdog, clientConnections, activeChats, accessTokenCheck);
    }

    void stop() {
        listenerWatchdog.close();
        server.stop();
        clientConnections.close();
    }
}
