import { describeMainJob } from "./main-job/describe-main-job.ts";

describeMainJob("embedded");
