package dev.sluice.service;

import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** Clients that ask for one thing after the other, each request from another address. */
final class Clients {

  record Request(String method, String path) {}

  record Reply(Request request, int status, String body, Duration took) {}

  interface Step {
    void run() throws InterruptedException;
  }

  private final String server;
  private final AtomicInteger addresses = new AtomicInteger();

  /** HTTP/1.1: else all would share one connection, and one that stalls would stall them all. */
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  Clients(URL deployed) {
    server = "http://" + deployed.getHost() + ":" + deployed.getPort();
  }

  Reply ask(Request request) throws IOException, InterruptedException {
    HttpRequest message =
        HttpRequest.newBuilder(URI.create(server + request.path()))
            .method(request.method(), HttpRequest.BodyPublishers.noBody())
            .header("X-Forwarded-For", "10.0.0." + addresses.incrementAndGet() % 250)
            .timeout(Duration.ofSeconds(30))
            .build();
    long start = System.nanoTime();
    HttpResponse<String> response = http.send(message, BodyHandlers.ofString());
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    return new Reply(request, response.statusCode(), response.body(), took);
  }

  /**
   * Each round belongs to one client, who repeats it until the step is done, and once more after
   * that.
   *
   * @return all replies
   */
  List<Reply> during(Step step, List<List<Request>> rounds)
      throws InterruptedException, ExecutionException {
    Queue<Reply> replies = new ConcurrentLinkedQueue<>();
    AtomicBoolean done = new AtomicBoolean();
    ExecutorService threads = Executors.newFixedThreadPool(rounds.size());
    try {
      List<Future<?>> running = new ArrayList<>();
      for (List<Request> round : rounds) {
        running.add(
            threads.submit(
                () -> {
                  boolean last;
                  do {
                    last = done.get();
                    for (Request request : round) {
                      replies.add(ask(request));
                    }
                  } while (!last);
                  return null;
                }));
      }
      step.run();
      done.set(true);
      for (Future<?> client : running) {
        client.get();
      }
      return List.copyOf(replies);
    } finally {
      threads.shutdownNow();
    }
  }
}
