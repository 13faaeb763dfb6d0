package dev.sluice.background;

import dev.sluice.background.RecordingHandler.Note;
import dev.sluice.background.TaskOptions.IfStoreDown;
import dev.sluice.background.TaskOptions.When;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedExecutorService;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Deployed by tests: adds tasks in all the ways there are. */
@Path("/tasking/{text}")
@RequestScoped
public class TaskingResource {

  static final int LARGE = 32 << 20;

  @Inject private BackgroundTasks tasks;
  @Inject private Schedules schedules;
  @Inject private PerRequest perRequest;
  @Inject private InTransaction inTransaction;

  @Resource(lookup = "java:comp/DefaultManagedExecutorService")
  private ManagedExecutorService threads;

  @PathParam("text")
  private String text;

  private static Response large() {
    return Response.ok(new byte[LARGE], "application/octet-stream").build();
  }

  @GET
  @Path("notes")
  @Produces("text/plain")
  public String notes() {
    return String.join("\n", RecordingHandler.NOTES);
  }

  @GET
  @Path("events")
  @Produces("text/plain")
  public String events() {
    return String.join("\n", RecordingHandler.EVENTS);
  }

  @POST
  @Path("throttled")
  public String addThrottled() {
    return tasks.add(ThrottledHandler.class, text + "-throttled").value();
  }

  @GET
  @Path("schedules")
  @Produces("text/plain")
  public String schedules() {
    return schedules.list().toString();
  }

  @POST
  @Path("trigger")
  public String trigger(@QueryParam("name") String name) {
    return schedules.trigger(name).value();
  }

  @GET
  @Path("large")
  public Response addAndAnswerMuch() {
    tasks.add(RecordingHandler.class, Note.of(text));
    return large();
  }

  @GET
  @Path("large-later")
  public CompletionStage<Response> addAndAnswerMuchLater() {
    tasks.add(RecordingHandler.class, Note.of(text));
    CompletableFuture<Response> response = new CompletableFuture<>();
    threads.execute(() -> response.complete(large()));
    return response;
  }

  @POST
  @Path("many")
  public String addMany(@QueryParam("count") int count) {
    for (int i = 0; i < count; i++) {
      tasks.add(RecordingHandler.class, Note.of(text + i));
    }
    return "added";
  }

  @POST
  @Path("mixed")
  public String addMixed() {
    perRequest.count();
    tasks.add(RecordingHandler.class, Note.of(text + "-fails-not"));
    tasks.run(() -> RecordingHandler.NOTES.add(text + "-run." + perRequest.count()));
    inTransaction.add(text + "-bean", false);
    tasks.add(RecordingHandler.class, Note.of(text + "-last"));
    return "added";
  }

  @POST
  @Path("status")
  public Response addAndAnswer(
      @QueryParam("code") int code, @DefaultValue("ON_SUCCESS") @QueryParam("when") When when) {
    tasks.add(RecordingHandler.class, Note.of(text), TaskOptions.defaults().withWhen(when));
    if (code == 500) {
      throw new IllegalStateException("expected by the test");
    }
    return Response.status(code).build();
  }

  /** Its response is a success until it is to be written. */
  @POST
  @Path("unwritable")
  @Produces("application/json")
  public Note addAndAnswerWhatCannotBeWritten(@QueryParam("when") When when) {
    tasks.add(RecordingHandler.class, Note.of(text), TaskOptions.defaults().withWhen(when));
    return Note.of("unwritable");
  }

  @POST
  @Path("store-down")
  public String addWhereverPossible(@QueryParam("ifStoreDown") IfStoreDown ifStoreDown) {
    tasks.add(
        RecordingHandler.class, Note.of(text), TaskOptions.defaults().withIfStoreDown(ifStoreDown));
    return "added";
  }

  @POST
  @Path("delayed")
  public String addDelayed() {
    TaskOptions delayed =
        TaskOptions.defaults().withDelay(Duration.ofSeconds(2)).withIdempotencyKey(text);
    tasks.add(RecordingHandler.class, Note.of(text), delayed);
    return tasks.add(RecordingHandler.class, Note.of(text + "-again"), delayed).value();
  }

  @POST
  @Path("transaction")
  public String addInTransaction(@QueryParam("failing") boolean failing) {
    try {
      inTransaction.add(text, failing);
    } catch (IllegalStateException e) {
      return "rolled back";
    }
    return "added";
  }

  @POST
  @Path("transaction-in-vain")
  public String addInTransactionInVain(@QueryParam("when") When when) {
    inTransaction.addInVain(text, when);
    return "added";
  }

  @POST
  @Path("queue-transaction")
  public String addToQueueInTransaction(@QueryParam("outcome") InTransaction.Outcome outcome) {
    try {
      return inTransaction.addToQueue(text, outcome).toString();
    } catch (Exception e) { // on WildFly a checked one, undeclared
      return "rolled back";
    }
  }

  /** A payload of which JSON keeps less than there is. */
  public static class Longer extends Note {}

  @POST
  @Path("changed")
  public String addChanged() {
    try {
      tasks.add(RecordingHandler.class, new Longer());
      return "added";
    } catch (IllegalArgumentException e) {
      return e.getMessage();
    }
  }

  @POST
  @Path("long")
  public String addLong(@QueryParam("length") int length) {
    try {
      tasks.add(RecordingHandler.class, Note.of("x".repeat(length)));
      return "added";
    } catch (IllegalArgumentException e) {
      return e.getMessage();
    }
  }

  @POST
  @Path("cancellable")
  public String addForTomorrow() {
    TaskOptions tomorrow = TaskOptions.defaults().withDelay(Duration.ofDays(1));
    return tasks.add(RecordingHandler.class, Note.of(text), tomorrow).value();
  }

  @POST
  @Path("leavings")
  public String addTwo() {
    tasks.add(RecordingHandler.class, Note.of(text + "-leavings"));
    tasks.add(RecordingHandler.class, Note.of(text + "-clean"));
    return "added";
  }
}
