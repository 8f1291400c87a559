/** Looks and listens through the open camera: brightness, loudness, a drawing of the voice. */
import { brightnessOf, loudnessOf } from "./checks";

const GLANCE_PX = 32;
const SAMPLES = 2048;

export class Senses {
  private readonly context = new AudioContext();
  private readonly analyser: AnalyserNode;
  private readonly samples = new Float32Array(SAMPLES);
  private frame = 0;
  private readonly canvas = document.createElement("canvas");

  constructor(stream: MediaStream) {
    void this.context.resume(); // iPhones open it asleep
    this.analyser = this.context.createAnalyser();
    this.analyser.fftSize = SAMPLES;
    this.context.createMediaStreamSource(stream).connect(this.analyser);
    this.canvas.width = this.canvas.height = GLANCE_PX;
  }

  /** Loudness of this moment, 0 to 1; null while the browser does not listen yet. */
  loudness(): number | null {
    if (this.context.state !== "running") {
      return null;
    }
    this.analyser.getFloatTimeDomainData(this.samples);
    return loudnessOf(this.samples);
  }

  /** Brightness of what the camera sees now, 0 to 255; null while it shows nothing. */
  brightness(video: HTMLVideoElement): number | null {
    const drawing = this.canvas.getContext("2d", { willReadFrequently: true });
    if (!drawing || video.videoWidth === 0) {
      return null;
    }
    drawing.drawImage(video, 0, 0, GLANCE_PX, GLANCE_PX);
    return brightnessOf(drawing.getImageData(0, 0, GLANCE_PX, GLANCE_PX).data);
  }

  /** Draws the voice across a canvas as it comes, in the colour of its words. */
  drawOn(canvas: HTMLCanvasElement): void {
    const drawing = canvas.getContext("2d");
    if (drawing) {
      drawing.strokeStyle = getComputedStyle(canvas).color;
      drawing.lineWidth = 3;
      this.frame = requestAnimationFrame(() => this.draw(drawing));
    }
  }

  private draw(drawing: CanvasRenderingContext2D): void {
    const { width, height } = drawing.canvas;
    this.analyser.getFloatTimeDomainData(this.samples);
    drawing.clearRect(0, 0, width, height);
    drawing.beginPath();
    this.samples.forEach((sample, at) => {
      drawing.lineTo((at / SAMPLES) * width, (0.5 - sample) * height);
    });
    drawing.stroke();
    this.frame = requestAnimationFrame(() => this.draw(drawing));
  }

  close(): void {
    cancelAnimationFrame(this.frame);
    void this.context.close();
  }
}
