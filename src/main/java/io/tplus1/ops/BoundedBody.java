package io.tplus1.ops;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;

/**
 * The body of an answer, unless it is larger than any that is expected: then an IOException, and
 * nothing more is read. For one answer.
 */
final class BoundedBody implements HttpResponse.BodySubscriber<byte[]> {
  private final HttpResponse.BodySubscriber<byte[]> body =
      HttpResponse.BodySubscribers.ofByteArray();
  private final long most;
  private Flow.Subscription subscription;
  private long came;

  /** A body has more bytes than it may have. */
  static final class TooLarge extends IOException {
    private static final long serialVersionUID = 1;

    TooLarge(long most) {
      super("the answer has more than " + most + " bytes");
    }
  }

  /**
   * @param most bytes that it may have
   */
  BoundedBody(long most) {
    this.most = most;
  }

  @Override
  public CompletionStage<byte[]> getBody() {
    return body.getBody();
  }

  @Override
  public void onSubscribe(Flow.Subscription subscription) {
    this.subscription = subscription;
    body.onSubscribe(subscription);
  }

  @Override
  public void onNext(List<ByteBuffer> parts) {
    for (ByteBuffer part : parts) {
      came += part.remaining();
    }
    if (came > most) {
      body.onError(new TooLarge(most)); // First: cancelled, it would end with a reason of its own.
      subscription.cancel();
    } else {
      body.onNext(parts);
    }
  }

  @Override
  public void onError(Throwable failure) {
    body.onError(failure);
  }

  @Override
  public void onComplete() {
    body.onComplete();
  }
}
